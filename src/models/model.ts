import type { ToolCall } from '../core/entry.ts';
import type { Usage } from '../core/usage.ts';

/** `<provider>/<model>`, e.g. `anthropic/claude-sonnet-4-5`, `ollama/qwen3:8b`, `playbook/demo`. */
export type ModelHandle = string;

export type Message =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly thinking?: string | undefined;
      readonly calls: readonly ToolCall[];
      /** As it came with the answer; only the same provider gets it back. */
      readonly backend?: unknown;
      readonly model?: ModelHandle | undefined;
    }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly tool: string;
      readonly text: string;
      readonly isError: boolean;
    };

export type ToolSpec = {
  readonly name: string;
  readonly description: string;
  /** JSON schema (draft 2020-12) of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
};

export type ModelRequest = {
  readonly model: ModelHandle;
  readonly system: string;
  /** Paired: each call of an assistant message is answered by a tool message before the next user or assistant message. */
  readonly messages: readonly Message[];
  /** Index of the first message that this backend has not been sent yet in `conversation`; a backend without memory ignores it. */
  readonly newFrom: number;
  /** Names the dialogue to a backend that keeps history on its side; stable over restarts. */
  readonly conversation: string;
  readonly tools: readonly ToolSpec[];
  readonly maxOutputTokens?: number | undefined;
  /** Who asks, for playbooks and logs: the agent type, `primary` for the main lane. */
  readonly agent: string;
};

export type StopReason = 'end' | 'tools' | 'length' | 'refused';

export type Answer = {
  readonly text: string;
  readonly thinking?: string | undefined;
  /** Only complete calls whose input was whole JSON; ids unique within the answer. */
  readonly calls: readonly ToolCall[];
  readonly stop: StopReason;
  readonly usage: Usage;
  readonly backend?: unknown;
};

/**
 * - `auth`, `billing`, `bad-request`, `not-found`: not retried; the user must change something.
 * - `overflow`: the context does not fit; compaction may help.
 * - `throttled`, `overloaded`, `network`, `timeout`, `protocol`: were retried up to the budget, and still failed.
 * - `aborted`: the signal of the request.
 */
export type ModelFailureKind =
  | 'auth'
  | 'billing'
  | 'bad-request'
  | 'not-found'
  | 'overflow'
  | 'throttled'
  | 'overloaded'
  | 'network'
  | 'timeout'
  | 'protocol'
  | 'aborted';

export type ModelFailure = {
  readonly kind: ModelFailureKind;
  /** For people: what failed, where, and what would help. No secrets. */
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** What had been streamed by then. */
  readonly partialText: string;
};

export type ModelEvent =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'thinking'; readonly delta: string }
  /** A call has begun to arrive; for display only. */
  | { readonly type: 'call'; readonly tool: string }
  /** The attempt failed and is repeated; text that was streamed so far is void. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly inMs: number; readonly reason: string }
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'failed'; readonly failure: ModelFailure };

export interface Model {
  /**
   * Asks once. Never throws and never rejects: the last event is `answered` or `failed`, exactly one of them, and nothing follows it.
   * An aborted signal ends it with `failed` of kind `aborted` within a few milliseconds.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** US dollars per million tokens. */
type Prices = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
};
/** Of every token of a request whose input, cached tokens included, is larger. */
type LongPrices = Prices & { readonly aboveInputTokens: number };

/** What is known of a model without asking it. */
export type ModelFacts = {
  readonly handle: ModelHandle;
  /** Tokens. */
  readonly contextWindow: number;
  readonly maxOutputTokens?: number | undefined;
  /** Absent when not known, and for local models: a cost that is not known is not zero. */
  readonly prices?: (Prices & { readonly long?: LongPrices | undefined }) | undefined;
};

/** All models of the program behind one door: retries and the limiters included. */
export interface Models extends Model {
  facts(handle: ModelHandle): ModelFacts;
  /**
   * The full handle of a model that can be asked. AppError `bad-input` or `not-found` that names what is wrong (form, unknown provider, missing key,
   * a script that is not there or broken) and what would be right.
   */
  check(handle: string): Promise<ModelHandle>;
  /** How many tasks may run on this model now (S10): adapts to what the provider bears. */
  cap(handle: ModelHandle): number;
}
