import { type Limits, limits as standardLimits } from '../../src/core/limits.ts';
import type { Clock, Log, Random } from '../../src/core/ports.ts';
import type { ProtocolName } from '../../src/models/base-url.ts';
import { createModels, type ModelsOptions } from '../../src/models/create-models.ts';
import type { Answer, ModelEvent, ModelFailure, ModelRequest, Models } from '../../src/models/model.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { FakeClock } from './clock.ts';

export const protocols: readonly ProtocolName[] = ['openai-chat', 'openai-responses', 'anthropic', 'google'];
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Always the middle: a backoff is half of its bound. */
export const middle: Random = { next: () => 0.5, bytes: length => new Uint8Array(length) };

export type TestModelsOptions = Partial<Omit<ModelsOptions, 'limits' | 'clock'>> & {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  readonly key?: string;
};

/** Models whose providers are named after the protocols and all live at one address. */
export function modelsAt(url: string, { key, limits, ...options }: TestModelsOptions = {}): Models {
  const custom = protocols.map(protocol => ({
    name: protocol,
    protocol,
    base_url: url,
    ...(key === undefined ? {} : { api_key_env: 'TEST_KEY' }),
  }));
  const providers = providersFrom({ TEST_KEY: key }, custom);
  const all = { ...standardLimits, ...limits };
  return createModels({ providers, clock: systemClock, random: middle, log: silent, ...options, limits: all });
}

export function ask(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'openai-chat/m',
    system: 'You are a test.',
    messages: [{ role: 'user', text }],
    newFrom: 0,
    conversation: 'test',
    tools: [],
    agent: 'primary',
    ...more,
  };
}

export const never = new AbortController().signal;

export async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Reads to the end, letting the time of each announced retry pass. */
export async function collectPassing(stream: AsyncIterable<ModelEvent>, clock: FakeClock): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  const reader = stream[Symbol.asyncIterator]();
  let next = reader.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return events;
    events.push(value);
    next = reader.next();
    if (value.type === 'retrying') await clock.advance(value.inMs);
  }
}

export function answerOf(events: readonly ModelEvent[]): Answer {
  const last = events.at(-1);
  if (last?.type !== 'answered') throw new Error(`Not answered: ${JSON.stringify(last)}`);
  return last.answer;
}

export function failureOf(events: readonly ModelEvent[]): ModelFailure {
  const last = events.at(-1);
  if (last?.type !== 'failed') throw new Error(`Not failed: ${JSON.stringify(last)}`);
  return last.failure;
}

/** Lets real I/O happen until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('It never came to hold');
    await new Promise(resolve => setImmediate(resolve));
  }
}
