import { hash } from 'node:crypto';
import { limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import { totalTokens } from '../core/usage.ts';
import type { Model, ModelEvent, ModelFailure, ModelRequest } from '../models/model.ts';
import type { Plan } from './plan.ts';
import type { Said } from './said.ts';
import { wholeBetween } from './seeded.ts';

export type FaultyOptions = {
  readonly odds: Plan['odds'];
  readonly next: () => number;
  readonly clock: Clock;
  readonly tell: (said: Said) => void;
  /** Counts one step of the process; may end it. */
  readonly step: () => void;
};

/** The model with a network in front of it that drops, throttles and delays by chance. Tells of every request and of every whole answer. */
export function faultyModel(model: Model, options: FaultyOptions): Model {
  return {
    async *stream(asked, signal) {
      const { tell, step } = options;
      const dialogue = asked.conversation;
      const key = keyOf(asked);
      tell({ kind: 'asked', dialogue, key });
      step();
      for await (const event of broken(model, asked, signal, options)) {
        if (event.type === 'answered')
          tell({ kind: 'replied', dialogue, key, tokens: totalTokens(event.answer.usage) ?? 0 });
        step();
        yield event;
      }
    },
  };
}

async function* broken(
  model: Model,
  asked: ModelRequest,
  signal: AbortSignal,
  { odds, next, clock, tell }: FaultyOptions,
): AsyncGenerator<ModelEvent> {
  const chance = next();
  if (chance < odds.throttle) {
    tell({ kind: 'fault', fault: 'throttled' });
    return yield failed('throttled', 'Too many requests (a rehearsed 429).', '', {
      status: 429,
      retryAfterMs: wholeBetween(next, 1, limits.chaosLateMs),
    });
  }
  const isDropped = chance < odds.throttle + odds.drop;
  const left = isDropped ? wholeBetween(next, 0, 4) : Number.POSITIVE_INFINITY;
  if (isDropped) tell({ kind: 'fault', fault: 'dropped' });
  if (next() < odds.slow) {
    tell({ kind: 'fault', fault: 'slowAnswers' });
    // Cut short by the signal: the model says so itself.
    await clock.sleep(wholeBetween(next, 1, limits.chaosLateMs), { signal }).catch(() => undefined);
  }
  yield* cutAfter(left, model.stream(asked, signal));
}

/** The first `count` events; then, or when the answer is whole before, the connection is gone. */
async function* cutAfter(count: number, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  let passed = 0;
  let text = '';
  for await (const event of events) {
    if (event.type === 'failed') return yield event;
    if (passed >= count || (event.type === 'answered' && Number.isFinite(count)))
      return yield failed('network', 'The connection was dropped (rehearsed).', text);
    passed += 1;
    if (event.type === 'text') text += event.delta;
    yield event;
  }
}

function failed(
  kind: ModelFailure['kind'],
  message: string,
  partialText: string,
  more: Pick<ModelFailure, 'status' | 'retryAfterMs'> = {},
): ModelEvent {
  return { type: 'failed', failure: { kind, message, partialText, ...more } };
}

function keyOf({ conversation, agent, messages }: ModelRequest): string {
  return hash('sha256', JSON.stringify([conversation, agent, messages]), 'hex').slice(0, 24);
}
