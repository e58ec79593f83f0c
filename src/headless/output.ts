import type { Entry } from '../core/entry.ts';
import type { Io } from '../core/ports.ts';
import type { LiveEvent } from '../engine/live.ts';
import type { Recovery } from '../tasks/recovery.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';
import { type RunResult, resultLine } from './result.ts';

/** What a run tells its reader. Nothing here waits for the reader but `result`; what fails is heard of by `onGone` of the maker. */
export type Output = {
  /** What others had left in the chat when the run began. */
  found(recovery: Recovery): void;
  entries(entries: readonly Entry[]): void;
  live(event: LiveEvent): void;
  /** Resolves when the reader has taken everything; rejects with `ClosedOutput`. */
  result(result: RunResult): Promise<void>;
};

/** The final answer and the end of the line, nothing else; nothing at all when there is no final answer. */
export function textOutput(io: Pick<Io, 'out' | 'err'>): Output {
  return {
    found: saysFound(io),
    entries: ignore,
    live: ignore,
    async result({ subtype, text }) {
      if (subtype !== 'success' && subtype !== 'error_children_cut') return;
      await io.out(text.endsWith('\n') ? text : `${text}\n`);
    },
  };
}

/** One object at the end. */
export function jsonOutput(io: Pick<Io, 'out' | 'err'>): Output {
  return {
    found: saysFound(io),
    entries: ignore,
    live: ignore,
    result: result => io.out(`${JSON.stringify(resultLine(result))}\n`),
  };
}

function saysFound(io: Pick<Io, 'err'>): Output['found'] {
  return recovery => io.err(`legwork: ${recoveryLine(recovery)}\n`);
}

function ignore(): void {}
