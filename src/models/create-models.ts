import { AppError, messageOf } from '../core/error.ts';
import { type Limits, limits as standardLimits } from '../core/limits.ts';
import { nearest } from '../core/nearest.ts';
import type { Clock, Log, Random } from '../core/ports.ts';
import { factsOf, matches, type PriceSettings, rulesFrom } from './catalog.ts';
import { costOf } from './cost.ts';
import { parseHandle, providerOf } from './handle.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { Model, ModelEvent, ModelFacts, ModelHandle, ModelRequest, Models } from './model.ts';
import { keyProblem, type ProviderConfig } from './provider-config.ts';
import { askWithRetries } from './retry.ts';
import type { Transport } from './wire/transport.ts';

/** A provider that is no wire protocol: a script, a backend of its own. One attempt per `stream`. */
export type ExtraProvider = {
  readonly model: Model;
  /** AppError when the name is not one of its models. Returns the full handle. */
  check(name: string): ModelHandle;
  /** AppError for what is wrong with it beyond its name. */
  ready(name: string): Promise<void>;
  facts(handle: ModelHandle): ModelFacts;
};

export type ModelsOptions = {
  readonly providers: readonly ProviderConfig[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: Limits | undefined;
  readonly extra?: Readonly<Record<string, ExtraProvider>> | undefined;
  /** From the settings, by handle or pattern; wins over the catalogue. */
  readonly prices?: PriceSettings | undefined;
  /** Most requests in flight, by handle or pattern (`<provider>/*`); the first that matches counts. */
  readonly requestsPerModel?: Readonly<Record<string, number>> | undefined;
  /** Variables like HTTPS_PROXY, when requests should go through a proxy. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>> | undefined;
};

/** All models of a process: one limiter per provider and model, retries, costs. Libraries of providers are imported at the first request. */
export function createModels(options: ModelsOptions): Models {
  const { providers, clock, random, log, limits = standardLimits, extra = {} } = options;
  const limiters = new Map<ModelHandle, Limiter>();
  const ownRules = rulesFrom(options.prices ?? {});
  const ownCaps = Object.entries(options.requestsPerModel ?? {});
  let transport: Promise<Transport> | undefined;

  function limiterOf(handle: ModelHandle): Limiter {
    const before = limiters.get(handle);
    if (before) return before;
    const [, most = limits.requestsMax] = ownCaps.find(([pattern]) => matches(pattern, handle)) ?? [];
    const limiter = createLimiter({ clock, limits: { ...limits, requestsMax: most } });
    limiters.set(handle, limiter);
    return limiter;
  }

  function extraOf(handle: ModelHandle): ExtraProvider | undefined {
    const name = providerOf(handle) ?? '';
    return Object.hasOwn(extra, name) ? extra[name] : undefined;
  }

  function facts(handle: ModelHandle): ModelFacts {
    return extraOf(handle)?.facts(handle) ?? factsOf(handle, ownRules, configOf(handle)?.isLocal ?? false);
  }

  function configOf(handle: ModelHandle): ProviderConfig | undefined {
    const name = providerOf(handle);
    return providers.find(one => one.name === name);
  }

  function known(handle: string): ModelHandle {
    const { provider, model } = parseHandle(handle);
    const own = extraOf(handle);
    if (own) return own.check(model);
    const config = configOf(handle);
    if (!config) throw unknownProvider(provider, [...providers.map(one => one.name), ...Object.keys(extra)], handle);
    const problem = config.problem ?? keyProblem(config);
    if (problem !== undefined) throw new AppError('bad-input', `${handle} cannot be used: ${problem}`);
    return handle;
  }

  async function check(asked: string): Promise<ModelHandle> {
    const handle = known(asked);
    await extraOf(handle)?.ready(parseHandle(handle).model);
    return handle;
  }

  async function* askProvider(request: ModelRequest, signal: AbortSignal) {
    const config = configOf(request.model);
    if (!config) throw new AppError('bad-input', `${request.model} has no provider`);
    const { attempt } = await import('./attempt.ts');
    transport ??= import('./wire/transport.ts').then(({ createTransport }) =>
      createTransport({ clock, limits, proxyEnv: options.proxyEnv }),
    );
    yield* attempt(request, { config, facts: facts(request.model), clock, limits, transport: await transport }, signal);
  }

  async function* stream(asked: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    try {
      const request = { ...asked, model: known(asked.model) };
      const own = extraOf(request.model);
      const ask = () => (own ? own.model.stream(request, signal) : askProvider(request, signal));
      const isAwaited = request.agent === 'primary';
      const retry = { clock, random, limits, limiter: limiterOf(request.model), isAwaited };
      for await (const event of askWithRetries(ask, retry, signal)) {
        if (event.type === 'retrying') log.info('model request is repeated', { model: request.model, ...event });
        if (event.type === 'failed') log.warn('model request failed', { model: request.model, ...logged(event) });
        yield event.type === 'answered' ? withCost(event, facts(request.model)) : event;
      }
    } catch (error) {
      // An edge: the port promises an event, also for a handle that cannot be used and for a fault of ours.
      yield { type: 'failed', failure: { kind: 'bad-request', message: messageOf(error), partialText: '' } };
    }
  }

  return { stream, facts, check, cap: handle => limiterOf(handle).cap() };
}

function withCost(event: Extract<ModelEvent, { type: 'answered' }>, facts: ModelFacts): ModelEvent {
  const costUsd = event.answer.usage.costUsd ?? costOf(event.answer.usage, facts);
  if (costUsd === undefined) return event;
  return { ...event, answer: { ...event.answer, usage: { ...event.answer.usage, costUsd } } };
}

function logged({ failure }: Extract<ModelEvent, { type: 'failed' }>) {
  return { kind: failure.kind, status: failure.status, reason: failure.message };
}

function unknownProvider(provider: string, known: readonly string[], handle: string): AppError {
  const close = nearest(provider, known);
  const hint = close ? `did you mean "${close}/${parseHandle(handle).model}"?` : `there are ${known.join(', ')}`;
  return new AppError('bad-input', `unknown provider "${provider}" in "${handle}"; ${hint}`);
}
