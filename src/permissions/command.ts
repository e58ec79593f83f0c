import { basename, isAbsolute, join, normalize } from 'node:path';
import { matchesCommand, mayHoldCommand, readCommandPattern } from './command-pattern.ts';
import { runsOthers } from './launchers.ts';
import { isInside } from './path-pattern.ts';
import { isReadOnlyProgram } from './read-only.ts';
import { readShell, type ShellWord, wordsInAnyReading } from './shell.ts';

/** A command line as permissions see it. Read once, asked often. */
export type CommandFacts = {
  /** The programs that run and nothing else does; undefined when that is not certain. */
  readonly programs: readonly (readonly ShellWord[])[] | undefined;
  /** For a line that is not certain: its words in every reading. */
  readonly readings: readonly (readonly string[])[];
};

export function commandFacts(command: string): CommandFacts {
  const line = readShell(command);
  const isPlain = line.kind === 'simple' && !line.commands.some(words => runsOthers(texts(words)));
  return { programs: isPlain ? line.commands : undefined, readings: isPlain ? [] : wordsInAnyReading(command) };
}

/** For rules that forbid or ask: some program of the line matches or, when the line is not understood, could. */
export function touches(pattern: string, { programs, readings }: CommandFacts): boolean {
  const wanted = readCommandPattern(pattern);
  if (!programs) return readings.some(words => mayHoldCommand(wanted, words));
  return programs.some(command => {
    const words = texts(command);
    const [program = '', ...rest] = words;
    return (
      matchesCommand(wanted, words) || (program.includes('/') && matchesCommand(wanted, [basename(program), ...rest]))
    );
  });
}

/** For rules that allow: every program of the line matches one of the patterns or satisfies `also`. Never for a line that is not understood. */
export function isCovered(
  patterns: readonly string[],
  { programs }: CommandFacts,
  also: (words: readonly ShellWord[]) => boolean,
): boolean {
  const wanted = patterns.map(readCommandPattern);
  return (
    programs?.every(words => wanted.some(pattern => matchesCommand(pattern, texts(words))) || also(words)) ?? false
  );
}

/** The program only reads, and nothing that its words could name lies outside `roots`. */
export function readsInside(words: readonly ShellWord[], roots: readonly string[]): boolean {
  return isReadOnlyProgram(words) && !words.slice(1).some(word => leadsOut(word.text, roots));
}

function leadsOut(word: string, roots: readonly string[]): boolean {
  return pathsOf(word).some(path => {
    if (path === '/dev/null') return false;
    if (isAbsolute(path)) return !roots.some(root => isInside(path, root));
    return path.startsWith('~') || path.split('/').includes('..');
  });
}

/** The paths that words of a line could name, absolute: from every reading of it, as written and behind `=` and `-x`. */
export function namedPaths({ programs, readings }: CommandFacts, folder: string, home: string): string[] {
  const words = programs ? programs.flatMap(texts) : readings.flat();
  return words.flatMap(pathsOf).map(path => {
    if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
    return normalize(isAbsolute(path) ? path : join(folder, path));
  });
}

/** `--file=/x` and `-f/x` may name `/x`; `HEAD:x` and `host:/x` may name what is behind the colon. */
function pathsOf(word: string): string[] {
  const parts = word.split(/[=:,@]/);
  const attached = /^-[A-Za-z]([/~.].*)$/s.exec(word)?.[1];
  return [word, ...(parts.length > 1 ? parts.slice(1) : []), ...(attached === undefined ? [] : [attached])].filter(
    path => path !== '',
  );
}

function texts(words: readonly ShellWord[]): string[] {
  return words.map(word => word.text);
}
