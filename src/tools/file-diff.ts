import { limits } from '../core/limits.ts';
import { linesOf } from './text-file.ts';
import type { Hunk } from './tool.ts';

/** For people: how a file changed. `isCut`: too long or too different to show whole. */
export type DiffDisplay = {
  readonly kind: 'diff';
  readonly path: string;
  readonly isNew: boolean;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly Hunk[];
  readonly isCut: boolean;
};

/** `before` is undefined for a file that was not there. Takes `limits.diffMs` at most. */
export async function diffDisplay(path: string, before: string | undefined, after: string): Promise<DiffDisplay> {
  const all = await hunksOf(before ?? '', after);
  const base = { kind: 'diff', path, isNew: before === undefined } as const;
  if (!all) return { ...base, added: 0, removed: 0, hunks: [], isCut: true };
  const lines = all.flatMap(hunk => hunk.lines);
  return {
    ...base,
    added: lines.filter(line => line.startsWith('+')).length,
    removed: lines.filter(line => line.startsWith('-')).length,
    hunks: keepFirst(all),
    isCut: lines.length > limits.diffLines,
  };
}

/** The whole change, with nothing left out; where it would take too long to find what stays, all goes and all comes. */
export async function wholeDiff(before: string, after: string): Promise<readonly Hunk[]> {
  const found = await hunksOf(before, after);
  if (found) return found;
  const [old, fresh] = [linesOf(before), linesOf(after)];
  return [
    {
      oldStart: 1,
      oldLines: old.length,
      newStart: 1,
      newLines: fresh.length,
      lines: [...old.map(line => `-${line}`), ...fresh.map(line => `+${line}`)],
    },
  ];
}

async function hunksOf(before: string, after: string): Promise<readonly Hunk[] | undefined> {
  const { structuredPatch } = await import('diff');
  const options = { context: 3, timeout: limits.diffMs };
  return structuredPatch('', '', before, after, undefined, undefined, options)?.hunks;
}

function keepFirst(hunks: readonly Hunk[]): Hunk[] {
  let left: number = limits.diffLines;
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const kept = lines
      .slice(0, left)
      .map(line =>
        line.length > limits.readLineChars ? `${line.slice(0, limits.readLineChars).toWellFormed()}…` : line,
      );
    left -= kept.length;
    return kept.length === 0 ? [] : [{ oldStart, oldLines, newStart, newLines, lines: kept }];
  });
}
