import type { StopReason } from '../model.ts';
import type { Fault } from './fault.ts';
import type { When } from './schema.ts';
import type { Situation } from './situation.ts';
import type { Template } from './template.ts';

/** What a reply does, ready to be filled in. */
export type Script = {
  readonly say: Template | undefined;
  readonly think: Template | undefined;
  readonly calls: readonly {
    readonly tool: string;
    readonly id: string | undefined;
    readonly input: (situation: Situation) => unknown;
  }[];
  readonly delayMs: number;
  /** UTF-16 units of one streamed chunk. */
  readonly chunkChars: number;
  readonly chunkDelayMs: number;
  readonly usage: {
    readonly input?: number | undefined;
    readonly output?: number | undefined;
    readonly cache_read?: number | undefined;
  };
  readonly stop: StopReason;
  readonly fault: Fault | undefined;
};

export type Rule = { readonly line: number; readonly when: When; readonly script: Script };

/** A playbook file, checked and compiled. */
export type Playbook = {
  readonly name: string;
  readonly description: string | undefined;
  /** As it was given: for messages. */
  readonly path: string;
  /** Tokens (estimated) of the largest request that it answers; a larger one overflows. */
  readonly contextWindow: number | undefined;
  readonly rules: readonly Rule[];
  readonly fallback: Script | undefined;
};
