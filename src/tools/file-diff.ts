import { limits } from '../core/limits.ts';

type Hunk = {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
};

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
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch(path, path, before ?? '', after, undefined, undefined, {
    context: 3,
    timeout: limits.diffMs,
  });
  const base = { kind: 'diff', path, isNew: before === undefined } as const;
  if (!patch) return { ...base, added: 0, removed: 0, hunks: [], isCut: true };
  const lines = patch.hunks.flatMap(hunk => hunk.lines);
  const hunks = keepFirst(patch.hunks);
  return {
    ...base,
    added: lines.filter(line => line.startsWith('+')).length,
    removed: lines.filter(line => line.startsWith('-')).length,
    hunks,
    isCut: lines.length > limits.diffLines,
  };
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
