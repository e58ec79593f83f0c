import { posix } from 'node:path';

export type Source = { readonly path: string; readonly text: string };

export type House = {
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
  readonly adapters: readonly string[];
  readonly packages: readonly { readonly names: readonly string[]; readonly only: readonly string[] }[];
  readonly words: readonly { readonly name: string; readonly pattern: RegExp; readonly only: readonly string[] }[];
};

/** Tells in one line each what a module (its path below src) does against the rules of the house. */
export function checkModule({ path, text }: Source, house: House): string[] {
  const place = Object.keys(house.mayImport).find(place => isIn(path, place));
  if (!place) return [`${path} is in no folder of the table`];
  return [
    ...importsOf(text).flatMap(specifier => checkImport({ path, place, specifier }, house)),
    ...house.words
      .filter(({ pattern, only }) => !only.includes(path) && pattern.test(withoutCommentLines(text)))
      .map(({ name }) => `${path} uses ${name}`),
  ];
}

/** The specifiers of every import and export from, static and dynamic, also where only types are taken. */
export function importsOf(text: string): string[] {
  const code = withoutCommentLines(text);
  const patterns = [
    /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
    /;[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
    /(?:^|;)[ \t]*import\s*['"]([^'"\n]+)['"]/gm,
    /\b(?:import|require)\s*\(\s*['"`]([^'"`\n]+)['"`]/g,
  ];
  return patterns.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1] ?? ''));
}

/** Takes whole lines only: an import in a trailing comment is reported, which is better than one overlooked. */
function withoutCommentLines(text: string): string {
  return text.replace(/^[ \t]*(?:\/\/|\/\*|\*).*$/gm, '');
}

type Import = { readonly path: string; readonly place: string; readonly specifier: string };

function checkImport({ path, place, specifier }: Import, house: House): string[] {
  if (!/^[./]/.test(specifier)) return checkPackage(path, specifier, house);
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const may = house.mayImport[place] ?? [];
  if (may.includes('*') || (place.endsWith('/') && isIn(target, place))) return [];
  const adapter = house.adapters.find(adapter => isIn(target, adapter));
  if (adapter) return [`${path} imports ${target}, an adapter that only wire.ts and main.ts may know`];
  return may.some(allowed => isIn(target, allowed))
    ? []
    : [`${path} imports ${target}, which the table does not allow`];
}

function checkPackage(path: string, specifier: string, house: House): string[] {
  return house.packages
    .filter(({ names }) => names.some(name => specifier === name || specifier.startsWith(`${name}/`)))
    .filter(({ only }) => !only.some(place => isIn(path, place)))
    .map(({ only }) => `${path} imports ${specifier}, which only ${only.join(', ') || 'nobody'} may`);
}

function isIn(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}
