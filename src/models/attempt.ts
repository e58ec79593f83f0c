import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { messageOf } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';
import {
  type AttemptFailure,
  type Breakage,
  breakageOf,
  type Endpoint,
  nameOf,
  said,
  stoppedMessage,
} from './failure.ts';
import { createGathered, type Gathered } from './gather.ts';
import { parseHandle } from './handle.ts';
import type { ModelEvent, ModelFacts, ModelRequest } from './model.ts';
import { promptOf, toolsOf } from './prompt.ts';
import type { ProviderConfig } from './provider-config.ts';
import { loadAdapter } from './providers.ts';
import { createGuardedRequest } from './wire/guarded-request.ts';
import type { Transport } from './wire/transport.ts';

export type AttemptEvent =
  | Exclude<ModelEvent, { type: 'failed' | 'retrying' }>
  | { readonly type: 'failed'; readonly failure: AttemptFailure };

export type AttemptOptions = {
  readonly config: ProviderConfig;
  readonly facts: ModelFacts;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly transport: Transport;
};

/**
 * Asks a provider once. Never throws: the last event is `answered` (its usage without cost) or `failed`. The connection is cut
 * when the signal is aborted or the reader leaves; no listener stays behind.
 */
export async function* attempt(
  request: ModelRequest,
  options: AttemptOptions,
  signal: AbortSignal,
): AsyncGenerator<AttemptEvent> {
  const endpoint = endpointOf(options.config, parseHandle(request.model).model);
  const gathered = createGathered(endpoint);
  const cut = new AbortController();
  const onAbort = () => cut.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  let usage: Usage = {};
  let isWhole = false;
  try {
    const onUsage = (figures: Usage) => {
      usage = mergeUsage(usage, figures);
    };
    for await (const part of await openStream(request, options, { endpoint, cut, onUsage })) {
      // What had come before the stop and is still on its way here is not shown any more.
      cut.signal.throwIfAborted();
      const event = gathered.add(part);
      if (event && event.type !== 'failed' && event.type !== 'retrying') yield event;
    }
    cut.signal.throwIfAborted();
    isWhole = true;
    yield { type: 'answered', answer: gathered.answer(usage) };
  } catch (error) {
    // An edge: the port promises an event whatever the provider or its library does.
    yield { type: 'failed', failure: failureOf(error, { cut, signal, endpoint, gathered }) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isWhole) cut.abort(new Error('the answer is not wanted any more'));
  }
}

export function endpointOf(config: ProviderConfig, model: string): Endpoint {
  return {
    provider: config.name,
    model,
    host: URL.parse(config.baseUrl)?.host ?? config.baseUrl,
    keyVariables: config.keyVariables,
    secrets: [...(config.key === undefined ? [] : [config.key]), ...Object.values(config.headers)],
  };
}

type Opening = { readonly endpoint: Endpoint; readonly cut: AbortController; readonly onUsage: (usage: Usage) => void };

async function openStream(
  asked: ModelRequest,
  options: AttemptOptions,
  { endpoint, cut, onUsage }: Opening,
): Promise<AsyncIterable<LanguageModelV4StreamPart>> {
  cut.signal.throwIfAborted();
  const { config, clock, limits, transport } = options;
  const adapter = await loadAdapter(config.protocol);
  const request = createGuardedRequest({ transport, endpoint, rules: adapter.rules, clock, limits, cut, onUsage });
  return adapter.stream(callOf(asked, options), { config, model: endpoint.model, request });
}

function callOf(request: ModelRequest, options: AttemptOptions): LanguageModelV4CallOptions {
  const { name, protocol } = options.config;
  const most = request.maxOutputTokens ?? (protocol === 'anthropic' ? outputTokens(options) : undefined);
  return {
    prompt: promptOf(request, { provider: name, protocol }),
    ...(request.tools.length === 0 ? {} : { tools: toolsOf(request.tools, protocol) }),
    ...(most === undefined ? {} : { maxOutputTokens: most }),
  };
}

/** Anthropic's protocol has no "as much as fits"; the others do better without a number. */
function outputTokens({ facts, limits }: AttemptOptions): number {
  return Math.min(facts.maxOutputTokens ?? limits.modelOutputTokensUnknown, limits.modelOutputTokens);
}

type Ending = {
  readonly cut: AbortController;
  readonly signal: AbortSignal;
  readonly endpoint: Endpoint;
  readonly gathered: Gathered;
};

/** The reason that cut the connection comes before what the libraries made of it. */
function failureOf(error: unknown, { cut, signal, endpoint, gathered }: Ending): AttemptFailure {
  const partialText = gathered.text;
  if (signal.aborted) return { kind: 'aborted', message: stoppedMessage(signal), partialText };
  const known = breakageOf(cut.signal.reason) ?? breakageOf(error);
  return { ...(known ?? unknownBreakage(error, endpoint)), partialText };
}

/** What the provider's library could not do with the request or the answer. */
function unknownBreakage(error: unknown, endpoint: Endpoint): Breakage {
  return { kind: 'protocol', message: `${nameOf(endpoint)}: ${said(messageOf(error), endpoint)}` };
}

/** A later figure replaces an earlier one; of inputs the larger counts, since later events may leave out the cached part. */
function mergeUsage(known: Usage, fresh: Usage): Usage {
  const merged = { ...known, ...fresh };
  const input = Math.max(known.inputTokens ?? -1, fresh.inputTokens ?? -1);
  return input < 0 ? merged : { ...merged, inputTokens: input };
}
