import type { ToolCall } from '../../core/entry.ts';
import { isFault, messageOf } from '../../core/error.ts';
import { type Limits, limits } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';
import { stoppedMessage } from '../failure.ts';
import type { Model, ModelEvent, ModelFailureKind } from '../model.ts';
import { createAttempts } from './attempts.ts';
import { chooseReply } from './choose.ts';
import { chunksOf } from './chunks.ts';
import { type Effect, effectOf } from './failure.ts';
import type { Playbook } from './playbook.ts';
import type { Reply } from './reply.ts';

export type PlaybookModelOptions = {
  readonly clock: Clock;
  /** The playbook of a handle without its `playbook/`. Rejects with AppError `not-found` or `bad-input`. */
  readonly load: (name: string) => Promise<Playbook>;
  readonly limits?: Pick<Limits, 'modelIdleMs' | 'sseLineBytes'> | undefined;
};

const prefix = 'playbook/';

/** A model that follows a script. One attempt per `stream`: the caller retries, as with a provider. */
export function createPlaybookModel({ clock, load, limits: own = limits }: PlaybookModelOptions): Model {
  const attempts = createAttempts(limits.playbookAttempts);
  return {
    async *stream(request, signal) {
      const said = { text: '' };
      try {
        signal.throwIfAborted();
        const playbook = await load(request.model.slice(request.model.startsWith(prefix) ? prefix.length : 0));
        const reply = chooseReply(playbook, request);
        const fault = attempts.faultNow(reply.fault, request);
        const effect: Effect = fault ? effectOf(fault, clock.now(), own) : { kind: 'none' };
        yield* play(reply, effect, { clock, signal, said });
      } catch (error) {
        if (signal.aborted) return yield failed('aborted', stoppedMessage(signal), said.text);
        // An edge: the port promises an event whatever happens, and the message says what did.
        yield failed(isFault(error, 'not-found') ? 'not-found' : 'bad-request', messageOf(error), said.text);
      }
    },
  };
}

type Stage = { readonly clock: Clock; readonly signal: AbortSignal; readonly said: { text: string } };

async function* play(reply: Reply, effect: Effect, stage: Stage): AsyncGenerator<ModelEvent> {
  const { clock, signal, said } = stage;
  if (reply.delayMs > 0) await clock.sleep(reply.delayMs, { signal });
  const chunks = eventsOf(reply).slice(0, effect.kind === 'fails' ? effect.afterChunks : undefined);
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0 && reply.chunkDelayMs > 0) await clock.sleep(reply.chunkDelayMs, { signal });
    signal.throwIfAborted();
    if (chunk.type === 'text') said.text += chunk.delta;
    yield chunk;
  }
  signal.throwIfAborted();
  if (effect.kind === 'none') return yield { type: 'answered', answer: answerOf(reply) };
  if (effect.afterMs > 0) await clock.sleep(effect.afterMs, { signal });
  yield {
    type: 'failed',
    failure: {
      kind: effect.failure,
      message: effect.message,
      status: effect.status,
      retryAfterMs: effect.retryAfterMs,
      partialText: said.text,
    },
  };
}

type Chunk = Extract<ModelEvent, { type: 'text' | 'thinking' | 'call' }>;

function eventsOf(reply: Reply): Chunk[] {
  return [
    ...chunksOf(reply.thinking ?? '', reply.chunkChars).map((delta): Chunk => ({ type: 'thinking', delta })),
    ...chunksOf(reply.text, reply.chunkChars).map((delta): Chunk => ({ type: 'text', delta })),
    ...reply.calls.map(({ tool }): Chunk => ({ type: 'call', tool })),
  ];
}

function answerOf(reply: Reply) {
  return {
    text: reply.text,
    thinking: reply.thinking,
    calls: withUniqueIds(reply.calls),
    stop: reply.stop,
    usage: reply.usage,
  };
}

/** The port promises ids that are unique within an answer, whatever a file says. */
function withUniqueIds(calls: readonly ToolCall[]): readonly ToolCall[] {
  const taken = new Set<string>();
  return calls.map(call => {
    let callId = call.callId;
    for (let copy = 2; taken.has(callId); copy += 1) callId = `${call.callId}_${copy}`;
    taken.add(callId);
    return { ...call, callId };
  });
}

function failed(kind: ModelFailureKind, message: string, partialText: string): ModelEvent {
  return { type: 'failed', failure: { kind, message, partialText } };
}
