import * as z from 'zod';
import { AppError } from '../core/error.ts';
import { type Limits, limits as standardLimits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import { endpointOf } from './attempt.ts';
import { catalogModels } from './catalog.ts';
import { Broken } from './failure.ts';
import { brokenByStatus } from './failure-of-status.ts';
import { keyProblem, type ProviderConfig } from './provider-config.ts';
import { readText } from './wire/read-text.ts';
import { createTransport } from './wire/transport.ts';

export type ListOptions = {
  readonly clock: Clock;
  readonly limits?: Limits | undefined;
  /** Time for the whole answer. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly proxyEnv?: Readonly<Record<string, string | undefined>> | undefined;
};

export type ModelList = {
  /** Without the provider. */
  readonly models: readonly string[];
  /** Who says so: the endpoint, or what the program and the settings know of it because the endpoint has no list. */
  readonly source: 'endpoint' | 'known';
};

const openAiList = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });
const googleList = z.object({
  models: z.array(z.object({ name: z.string(), supportedGenerationMethods: z.array(z.string()).optional() })),
});

/** What a provider has to offer. AppError `bad-input` when it is not set up, `provider` when it does not answer or refuses. */
export async function listModels(config: ProviderConfig, options: ListOptions): Promise<ModelList> {
  const problem = config.problem ?? keyProblem(config);
  if (problem !== undefined) throw new AppError('bad-input', `${config.name} cannot be used: ${problem}`);
  try {
    const models = await askEndpoint(config, options);
    return { models, source: 'endpoint' };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const known = [...new Set([...config.models, ...catalogModels(config.name)])];
    if (error.breakage.kind === 'not-found' && known.length > 0) return { models: known, source: 'known' };
    throw new AppError('provider', error.message, { cause: error });
  }
}

async function askEndpoint(config: ProviderConfig, options: ListOptions): Promise<string[]> {
  const { clock, limits = standardLimits, signal } = options;
  const endpoint = endpointOf(config, 'models');
  const timeoutMs = options.timeoutMs ?? limits.modelListMs;
  const cut = new AbortController();
  const stopTimer = clock.after(timeoutMs, () =>
    cut.abort(new Broken('timeout', `${endpoint.host} did not answer within ${timeoutMs / 1000} s.`)),
  );
  const transport = createTransport({ clock, limits, proxyEnv: options.proxyEnv });
  try {
    const signals = signal ? AbortSignal.any([cut.signal, signal]) : cut.signal;
    const outgoing = { url: listUrl(config), method: 'GET' as const, headers: headersOf(config) };
    const { status, headers, body } = await transport.send(outgoing, { endpoint, signal: signals });
    const text = await readText(body, limits.modelListBytes);
    if (status !== 200)
      throw brokenByStatus({ status, body: text, retryAfter: headers['retry-after'], now: clock.now() }, endpoint);
    return namesIn(text, config.protocol, endpoint.host);
  } finally {
    stopTimer();
  }
}

function listUrl({ baseUrl, protocol }: ProviderConfig): string {
  if (protocol === 'google') return `${baseUrl}/models?pageSize=1000`;
  return protocol === 'anthropic' ? `${baseUrl}/models?limit=1000` : `${baseUrl}/models`;
}

function headersOf({ protocol, key, headers }: ProviderConfig): Record<string, string> {
  const common = { accept: 'application/json', ...headers };
  if (protocol === 'anthropic')
    return { 'anthropic-version': '2023-06-01', ...(key ? { 'x-api-key': key } : {}), ...common };
  if (protocol === 'google') return { ...(key ? { 'x-goog-api-key': key } : {}), ...common };
  return { ...(key ? { authorization: `Bearer ${key}` } : {}), ...common };
}

function namesIn(text: string, protocol: ProviderConfig['protocol'], host: string): string[] {
  const refuse = () => new Broken('protocol', `${host} answered with something that is not a list of models.`);
  const data = parse(text, refuse);
  if (protocol === 'google') {
    const list = googleList.safeParse(data);
    if (!list.success) throw refuse();
    const able = list.data.models.filter(
      model => model.supportedGenerationMethods?.includes('generateContent') ?? true,
    );
    return able.map(model => model.name.replace(/^models\//, ''));
  }
  const list = openAiList.safeParse(data);
  if (!list.success) throw refuse();
  return list.data.data.map(model => model.id);
}

function parse(text: string, refuse: () => Broken): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse();
  }
}
