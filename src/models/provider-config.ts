import { isFault } from '../core/error.ts';
import { baseUrlOf, isLoopback, ollamaUrl, type ProtocolName } from './base-url.ts';

/** A provider of one's own, as it stands in the settings (which have been checked). */
export type CustomProvider = {
  readonly name: string;
  readonly protocol: ProtocolName;
  readonly base_url: string;
  /** The environment variable that holds the key; absent: no key is sent. */
  readonly api_key_env?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What `models list` shows when the endpoint has no list of its own. */
  readonly models?: readonly string[] | undefined;
};

/** Everything that is needed to ask a provider. Holds the key: never to be shown or logged. */
export type ProviderConfig = {
  readonly name: string;
  readonly protocol: ProtocolName;
  /** Without a final slash; empty when there is a `problem`. */
  readonly baseUrl: string;
  readonly key?: string | undefined;
  /** The variables that may hold the key, the preferred first; empty when no key is needed. */
  readonly keyVariables: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly models: readonly string[];
  /** A server of the user's own machine, which has no prices. */
  readonly isLocal: boolean;
  /** What keeps it from being used: a sentence for people. */
  readonly problem?: string | undefined;
};

type BuiltIn = {
  readonly name: string;
  readonly protocol: ProtocolName;
  readonly url: string;
  readonly urlVariable?: string;
  readonly keyVariables: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly isKeyOptional?: boolean;
};

/** In the order in which a default is looked for. */
const builtIns: readonly BuiltIn[] = [
  {
    name: 'anthropic',
    protocol: 'anthropic',
    url: 'https://api.anthropic.com/v1',
    urlVariable: 'ANTHROPIC_BASE_URL',
    keyVariables: ['ANTHROPIC_API_KEY'],
  },
  {
    name: 'openai',
    protocol: 'openai-responses',
    url: 'https://api.openai.com/v1',
    urlVariable: 'OPENAI_BASE_URL',
    keyVariables: ['OPENAI_API_KEY'],
  },
  {
    name: 'google',
    protocol: 'google',
    url: 'https://generativelanguage.googleapis.com/v1beta',
    urlVariable: 'GOOGLE_BASE_URL',
    keyVariables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  },
  {
    name: 'openrouter',
    protocol: 'openai-chat',
    url: 'https://openrouter.ai/api/v1',
    keyVariables: ['OPENROUTER_API_KEY'],
    headers: { 'X-Title': 'Legwork' },
  },
  {
    name: 'openai-compatible',
    protocol: 'openai-chat',
    url: '',
    urlVariable: 'OPENAI_COMPATIBLE_BASE_URL',
    keyVariables: ['OPENAI_COMPATIBLE_API_KEY'],
    isKeyOptional: true,
  },
  { name: 'lmstudio', protocol: 'openai-chat', url: 'http://127.0.0.1:1234/v1', keyVariables: [], isKeyOptional: true },
];

type Env = Readonly<Record<string, string | undefined>>;

/** Every provider of the program, built-in ones first; a custom one replaces the built-in of its name. Never throws: see `problem`. */
export function providersFrom(env: Env, custom: readonly CustomProvider[]): ProviderConfig[] {
  const known = [...builtIns.map(one => builtIn(one, env)), ollama(env)];
  const own = new Map(custom.map(one => [one.name, fromSettings(one, env)]));
  return [...known.filter(one => !own.has(one.name)), ...own.values()];
}

function builtIn(one: BuiltIn, env: Env): ProviderConfig {
  const { name, protocol, keyVariables, headers = {}, isKeyOptional = false } = one;
  const set = one.urlVariable === undefined ? undefined : given(env, one.urlVariable);
  const key = keyVariables.map(variable => given(env, variable)).find(value => value !== undefined);
  const rest = { name, protocol, key, headers, models: [], keyVariables: isKeyOptional ? [] : keyVariables };
  if (set === undefined && one.url === '') return unset(rest, `set ${one.urlVariable}, like http://127.0.0.1:8080/v1`);
  return withUrl(rest, () => (set === undefined ? one.url : baseUrlOf(set, protocol, one.urlVariable ?? name)));
}

function ollama(env: Env): ProviderConfig {
  const rest = { name: 'ollama', protocol: 'openai-chat', keyVariables: [], headers: {}, models: [] } as const;
  return withUrl(rest, () => ollamaUrl(given(env, 'OLLAMA_HOST') ?? '127.0.0.1:11434'));
}

function fromSettings(custom: CustomProvider, env: Env): ProviderConfig {
  const { name, protocol, base_url: baseUrl, api_key_env: variable, headers = {}, models = [] } = custom;
  const key = variable === undefined ? undefined : given(env, variable);
  const rest = { name, protocol, key, headers, models, keyVariables: variable === undefined ? [] : [variable] };
  return withUrl(rest, () => baseUrlOf(baseUrl, protocol, `The base_url of the provider "${name}"`));
}

type WithoutUrl = Omit<ProviderConfig, 'baseUrl' | 'isLocal' | 'problem'>;

function withUrl(rest: WithoutUrl, url: () => string): ProviderConfig {
  try {
    const baseUrl = url();
    return { ...rest, baseUrl, isLocal: isLoopback(baseUrl) };
  } catch (error) {
    if (!isFault(error, 'bad-input')) throw error;
    return unset(rest, error.message);
  }
}

const unset = (rest: WithoutUrl, problem: string): ProviderConfig => ({
  ...rest,
  baseUrl: '',
  isLocal: false,
  problem,
});

/** An empty variable is an unset one. */
function given(env: Env, variable: string): string | undefined {
  const value = env[variable]?.trim();
  return value === '' ? undefined : value;
}

/** What is missing for a request to be accepted: a sentence that names the variable to set; undefined when nothing is. */
export function keyProblem({ key, keyVariables }: ProviderConfig): string | undefined {
  if (key !== undefined || keyVariables.length === 0) return undefined;
  return `no API key; set ${keyVariables.join(' or ')}`;
}
