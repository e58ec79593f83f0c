import { AppError, messageOf } from '../core/error.ts';
import type { Program, ProviderView } from './program.ts';

export type ListedModel = { readonly provider: string; readonly name: string; readonly source: string };
/** `problems`: providers that are not set up or do not answer, a sentence each. */
export type ListedModels = { readonly models: readonly ListedModel[]; readonly problems: readonly string[] };

/** The script that is always there. */
export const demoModel: ListedModel = { provider: 'playbook', name: 'demo', source: 'built-in' };

/** What the providers that can be used offer; one that does not answer keeps nobody from choosing another. Rejects when `signal` is aborted. */
export async function listAllModels(
  { providers, limits }: Pick<Program, 'providers' | 'limits'>,
  signal: AbortSignal,
): Promise<ListedModels> {
  const models: ListedModel[] = [];
  const problems: string[] = [];
  await Promise.all(
    providers.map(async provider => {
      if (provider.problem !== undefined)
        return void problems.push(`${provider.name} is not set up: ${provider.problem}`);
      try {
        models.push(...(await modelsOf(provider, signal, provider.isLocal ? limits.modelProbeMs : undefined)));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        problems.push(`${provider.name}: ${messageOf(error)}`);
      }
    }),
  );
  models.sort((a, b) => (handleOf(a) < handleOf(b) ? -1 : 1));
  return { models: [...models, demoModel], problems: problems.sort() };
}

/** AppError when the provider is not set up or does not answer. */
export async function modelsOf(
  provider: ProviderView,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<ListedModel[]> {
  const { models, source } = await provider.list(signal, timeoutMs);
  return models.map(name => ({ provider: provider.name, name, source }));
}

export function handleOf({ provider, name }: Pick<ListedModel, 'provider' | 'name'>): string {
  return `${provider}/${name}`;
}
