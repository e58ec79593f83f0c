import { join, sep } from 'node:path';
import type { AgentDefinition } from '../core/agent.ts';
import { messageOf } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { type Draft, type ParsedDraft, parseDraft } from './definition.ts';
import type { Place } from './places.ts';
import { type DefinitionProblem, errorAt } from './problem.ts';

/** What is remembered of a file between two looks: it is read again when its time or size changed. */
type Remembered = { readonly stamp: string; readonly parsed: ParsedDraft };
export type Memory = Map<string, Remembered>;

/** The drafts of one folder, in order of file names; only of files that could be used. */
export type Shelf = { readonly drafts: readonly Draft[]; readonly problems: readonly DefinitionProblem[] };

export type Discovery = { readonly files: Files; readonly knownTools: readonly string[]; readonly memory: Memory };

/**
 * Reads all places, nearest first. At most `limits.definitionFiles` files in all are looked at; what goes beyond is a problem of its folder.
 * A missing folder is no problem. Files that are gone are forgotten.
 */
export async function readPlaces(discovery: Discovery, places: readonly Place[]): Promise<Shelf[]> {
  const seen = new Set<string>();
  const shelves: Shelf[] = [];
  let left = limits.definitionFiles;
  for (const place of places) {
    const { names, problems } = await definitionNames(discovery.files, place.folder);
    if (names.length === 0 && problems.length === 0) continue;
    const read = names.slice(0, left);
    left -= read.length;
    const parsed: ParsedDraft[] = [];
    for (let start = 0; start < read.length; start += batch) {
      const paths = read.slice(start, start + batch).map(name => join(place.folder, name));
      for (const path of paths) seen.add(path);
      parsed.push(...(await Promise.all(paths.map(path => readFile(discovery, place, path)))));
    }
    const tooMany = names.length > read.length ? [tooManyFiles(place.folder, names.length - read.length)] : [];
    shelves.push(withoutDoubles(parsed, [...problems, ...tooMany]));
  }
  for (const path of discovery.memory.keys()) if (!seen.has(path)) discovery.memory.delete(path);
  return shelves;
}

/** Files that are open at the same time. */
const batch = 32;

async function definitionNames(
  files: Files,
  folder: string,
): Promise<{ names: string[]; problems: DefinitionProblem[] }> {
  try {
    if ((await files.stat(folder))?.kind !== 'directory') return { names: [], problems: [] };
    const names = await files.list(folder);
    return { names: names.filter(name => name.endsWith('.md') && !name.startsWith('.')).sort(), problems: [] };
  } catch (error) {
    // A folder without permission or a loop of links must not take the other folders down.
    return { names: [], problems: [{ path: folder, ...errorAt(1, `cannot be read: ${messageOf(error)}`) }] };
  }
}

async function readFile({ files, knownTools, memory }: Discovery, place: Place, path: string): Promise<ParsedDraft> {
  const fault = (message: string): ParsedDraft => ({ problems: [{ path, ...errorAt(1, message) }] });
  try {
    const stat = await files.stat(path);
    if (!stat) return fault('a symbolic link that leads nowhere, or the file went away');
    if (stat.kind === 'directory') return { problems: [] };
    if (stat.kind !== 'file') return fault('not a file; definitions are plain files');
    const stamp = `${stat.mtimeMs}:${stat.size}`;
    const remembered = memory.get(path);
    if (remembered?.stamp === stamp) return remembered.parsed;
    const parsed = await readAnew(files, knownTools, place, path, stat.size, fault);
    memory.set(path, { stamp, parsed });
    return parsed;
  } catch (error) {
    // One file that cannot be read must not take the others down.
    return fault(`cannot be read: ${messageOf(error)}`);
  }
}

async function readAnew(
  files: Files,
  knownTools: readonly string[],
  place: Place,
  path: string,
  size: number,
  fault: (message: string) => ParsedDraft,
): Promise<ParsedDraft> {
  if (size > limits.definitionBytes)
    return fault(`the file has ${size} bytes; at most ${limits.definitionBytes} are read`);
  const real = await files.realPath(path);
  if (!isWithin(real, place.tree))
    return fault(`a symbolic link leads out of ${place.tree}, to ${real}; copy the file instead`);
  const bytes = await files.readBytes(path, { maxBytes: limits.definitionBytes + 1 });
  return parseDraft(path, bytes, { knownTools, kind: place.kind });
}

function isWithin(path: string, tree: string): boolean {
  return path.startsWith(tree.endsWith(sep) ? tree : tree + sep);
}

/** Of two files of a folder with one name the first counts. */
function withoutDoubles(parsed: readonly ParsedDraft[], problems: DefinitionProblem[]): Shelf {
  const drafts = new Map<string, Draft>();
  const all = [...problems];
  for (const { draft, problems: own } of parsed) {
    all.push(...own);
    if (!draft) continue;
    const first = drafts.get(draft.name);
    if (!first) drafts.set(draft.name, draft);
    if (first)
      all.push({
        path: draft.source.path,
        ...errorAt(draft.nameLine, `the name "${draft.name}" is taken by ${first.source.path}; choose another`),
      });
  }
  return { drafts: [...drafts.values()], problems: all };
}

function tooManyFiles(folder: string, leftOut: number): DefinitionProblem {
  return {
    path: folder,
    ...errorAt(
      1,
      `too many definition files: ${leftOut} of this folder are left out; at most ${limits.definitionFiles} are read in all`,
    ),
  };
}

export type BuiltIn = { readonly name: string; readonly text: string };

/** The definitions that come with the program. */
export async function readBuiltIns(builtIns: readonly BuiltIn[], knownTools: readonly string[]): Promise<Shelf> {
  const kind: AgentDefinition['source']['kind'] = 'built-in';
  const parsed = await Promise.all(
    builtIns.map(({ name, text }) => parseDraft(`built-in/${name}.md`, text, { knownTools, kind })),
  );
  return withoutDoubles(parsed, []);
}
