import type { Log } from '../core/ports.ts';
import type { ModelHandle, Models } from './model.ts';
import type { ProviderConfig } from './provider-config.ts';

export type Choice = {
  readonly handle: ModelHandle;
  /** A sentence for people: where the choice comes from. */
  readonly why: string;
  /** Nothing better was found: it is the demo. */
  readonly isFallback?: boolean;
};

export type ChooseOptions = {
  /** What was asked for and where: `--model`, `LEGWORK_MODEL` or a settings file. */
  readonly asked: { readonly handle: string; readonly source: string } | undefined;
  readonly providers: readonly ProviderConfig[];
  /** Rejects with AppError when the handle cannot be used; resolves to it in full. See `Models.check`. */
  readonly check: Models['check'];
  /** Models of a local server that answers at once; rejects or is empty when there are none. */
  readonly probe: (provider: ProviderConfig) => Promise<readonly string[]>;
  readonly log: Pick<Log, 'debug'>;
};

/** The providers that are looked for when nobody chose, in this order, and the model that is taken of each. */
const defaultModels: readonly { readonly provider: string; readonly model: string }[] = [
  { provider: 'anthropic', model: 'claude-sonnet-5-5' },
  { provider: 'openai', model: 'gpt-6.2-sol' },
  { provider: 'google', model: 'gemini-4-carbon' },
  { provider: 'openrouter', model: 'anthropic/claude-sonnet-5.5' },
];
const localProviders = ['openai-compatible', 'ollama', 'lmstudio'];
const demo: ModelHandle = 'playbook/demo';

/**
 * The model to work with: what was asked for, else the first provider with a key, else the first model of a server that answers
 * (one that was configured, then ollama, then lmstudio), else the demo. What was asked for and cannot be used is an error
 * (AppError `bad-input`), never a reason to take another.
 */
export async function chooseModel({ asked, providers, check, probe, log }: ChooseOptions): Promise<Choice> {
  if (asked) return { handle: await check(asked.handle), why: asked.source };
  for (const { provider, model } of defaultModels) {
    const config = providers.find(one => one.name === provider);
    if (config?.key === undefined || config.problem !== undefined) continue;
    return { handle: await check(`${provider}/${model}`), why: `${config.keyVariables.join(' or ')} is set` };
  }
  const servers = localProviders.flatMap(name =>
    providers.filter(one => one.name === name && one.problem === undefined),
  );
  const found = await Promise.all(servers.map(config => firstModel(config, probe, log)));
  const [first] = found.flatMap(choice => choice ?? []);
  return (
    first ?? {
      handle: demo,
      why: 'no key is set and no local server answers, so this is a script and not a model',
      isFallback: true,
    }
  );
}

async function firstModel(
  config: ProviderConfig,
  probe: ChooseOptions['probe'],
  log: Pick<Log, 'debug'>,
): Promise<Choice | undefined> {
  try {
    const [model] = (await probe(config)).filter(name => !/embed/i.test(name));
    return model === undefined
      ? undefined
      : { handle: `${config.name}/${model}`, why: `${config.name} answers at ${config.baseUrl}` };
  } catch (error) {
    // Nobody chose this server: that it is not there is the usual case.
    log.debug('no local model server', { provider: config.name, error: String(error) });
    return undefined;
  }
}
