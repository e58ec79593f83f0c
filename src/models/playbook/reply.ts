import type { ToolCall } from '../../core/entry.ts';
import type { StopReason } from '../model.ts';
import type { Fault } from './fault.ts';

/** What the model does next, with every template filled in. */
export type Reply = {
  /** Line of the rule in its file; absent for the default and for a missing reply. */
  readonly line: number | undefined;
  readonly text: string;
  readonly thinking: string | undefined;
  readonly calls: readonly ToolCall[];
  readonly stop: StopReason;
  /** Tokens: as the file says, else estimated from lengths. */
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cacheReadTokens: number | undefined;
  };
  readonly delayMs: number;
  readonly chunkChars: number;
  readonly chunkDelayMs: number;
  readonly fault: Fault | undefined;
};
