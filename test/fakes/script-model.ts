import type { ToolCall } from '../../src/core/entry.ts';
import type { Usage } from '../../src/core/usage.ts';
import type { ModelEvent, ModelFailureKind, ModelRequest, Models, StopReason } from '../../src/models/model.ts';
import { pairingProblems } from './pairing.ts';

export type Reply =
  | {
      readonly text?: string;
      readonly calls?: readonly { readonly tool: string; readonly input?: unknown; readonly id?: string }[];
      readonly usage?: Usage;
      readonly stop?: StopReason;
    }
  | { readonly fails: ModelFailureKind; readonly message?: string; readonly partialText?: string };
/** What the model answers; a promise that is held lets nothing come until it is resolved. */
export type Script = (request: ModelRequest, signal: AbortSignal) => Reply | Promise<Reply>;

export type ScriptModel = Models & {
  script: Script;
  /** Tasks and requests that a model bears at a time. */
  room: number;
  readonly requests: ModelRequest[];
  /** What a strict provider would have refused; the world checks that it stays empty. */
  readonly problems: string[];
};

/** A model that does as a function says, one event per request, and holds every request to the pairing of calls and results. */
export function createScriptModel(script: Script, contextWindow = 200_000): ScriptModel {
  const model: ScriptModel = {
    script,
    room: 1_000,
    requests: [],
    problems: [],
    facts: handle => ({ handle, contextWindow }),
    check: async handle => handle,
    cap: () => model.room,
    async *stream(request, signal) {
      const { messages } = request;
      model.requests.push({ ...request, messages: [...messages] });
      model.problems.push(...pairingProblems(messages).map(problem => `${request.agent}: ${problem}`));
      yield await answer(request, signal);
    },
  };

  async function answer(request: ModelRequest, signal: AbortSignal): Promise<ModelEvent> {
    const aborted: Reply = { fails: 'aborted', message: 'aborted' };
    const reply = signal.aborted
      ? aborted
      : await Promise.race([Promise.resolve(model.script(request, signal)), whenAborted(signal, aborted)]);
    if ('fails' in reply) {
      const { fails: kind, message = `scripted failure: ${kind}`, partialText = '' } = reply;
      return { type: 'failed', failure: { kind, message, partialText } };
    }
    const calls: ToolCall[] = (reply.calls ?? []).map(({ tool, input = {}, id }, index) => ({
      callId: id ?? `call_${request.conversation.slice(-6)}_${request.messages.length}_${index + 1}`,
      tool,
      input,
    }));
    const { text = '', usage = { inputTokens: 100, outputTokens: 10 } } = reply;
    return {
      type: 'answered',
      answer: { text, calls, usage, stop: reply.stop ?? (calls.length > 0 ? 'tools' : 'end') },
    };
  }
  return model;
}

function whenAborted<T>(signal: AbortSignal, value: T): Promise<T> {
  const settle = (resolve: (value: T) => void) => setImmediate(() => resolve(value));
  return new Promise(resolve => signal.addEventListener('abort', () => settle(resolve), { once: true }));
}

export const says = (text: string, more: { usage?: Usage; stop?: StopReason } = {}): Reply => ({ text, ...more });

/** One call each: `['Look', {…}]`. */
export const uses = (...calls: readonly (readonly [tool: string, input?: unknown])[]): Reply => ({
  calls: calls.map(([tool, input]) => ({ tool, input: input ?? {} })),
});

/** Answers given so far in this conversation: 0 at the first request. */
export function stepOf(request: ModelRequest): number {
  return request.messages.filter(message => message.role === 'assistant').length;
}

/** The first thing that the agent was told. */
export function promptOf(request: ModelRequest): string {
  return request.messages[0]?.text ?? '';
}

export function lastTextOf(request: ModelRequest): string {
  return request.messages.at(-1)?.text ?? '';
}

/** The replies of the primary agent in turn; a subagent does what is given for its prompt, the word before the first blank of it. */
export function cast(primary: readonly Reply[], subagents: Readonly<Record<string, Script | Reply>> = {}): Script {
  return (request, signal) => {
    if (request.agent === 'primary') return primary[stepOf(request)] ?? says('(nothing more)');
    const [name = ''] = promptOf(request).split(/\s/);
    const part = subagents[name] ?? says(`report of ${promptOf(request)}`);
    return typeof part === 'function' ? part(request, signal) : part;
  };
}

export type Latch<T = void> = { readonly promise: Promise<T>; readonly open: (value: T) => void };

/** A promise that the test resolves when it wants. */
export function latch<T = void>(): Latch<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, open: resolve };
}

/** A reply that comes when the latch is opened. */
export function onceOpen(hold: Latch, reply: Reply): Script {
  return async () => {
    await hold.promise;
    return reply;
  };
}
