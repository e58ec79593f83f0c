import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { nearest } from '../../core/nearest.ts';
import { demoModel, handleOf, type ListedModel, listAllModels, modelsOf } from '../../tasks/list-models.ts';
import type { Program, ProviderView } from '../../tasks/program.ts';
import type { CommandContext } from '../command.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson, tableWidth } from '../output.ts';
import { type Column, table } from '../table.ts';

export function listModelsCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'list', 'List the models of the providers that are set up.')
    .argument('[provider]', 'only of this one')
    .option('--json', 'print an array');
  withExamples(command, [
    ['legwork models list anthropic', ''],
    ["legwork models list --json | jq -r '.[].handle'", ''],
  ]).action(async (provider: string | undefined, given: { json?: boolean }) => {
    const program = await context.open();
    const { models, problems } = await collect(program, provider, context.signal);
    if (given.json) await printJson(context.io, models.map(modelJson));
    else await context.io.out(table(columns, models.map(row), tableWidth(context.io)));
    for (const problem of problems) context.io.err(`legwork: ${problem}\n`);
  });
}

type Listed = ReturnType<typeof describe>;

/** A provider that was named must answer; of all of them, those that do not are told of. */
async function collect(
  program: Program,
  only: string | undefined,
  signal: AbortSignal,
): Promise<{ models: Listed[]; problems: readonly string[] }> {
  const listed =
    only === undefined
      ? await listAllModels(program, signal)
      : { models: await ofOne(program, only, signal), problems: [] };
  return { models: listed.models.map(model => describe(program, model)), problems: listed.problems };
}

async function ofOne(program: Program, name: string, signal: AbortSignal): Promise<readonly ListedModel[]> {
  return name === demoModel.provider ? [demoModel] : modelsOf(findProvider(program, name), signal);
}

function findProvider({ providers }: Program, name: string): ProviderView {
  const found = providers.find(provider => provider.name === name);
  if (found) return found;
  const names = [...providers.map(provider => provider.name), 'playbook'];
  const close = nearest(name, names);
  throw new AppError(
    'not-found',
    `there is no provider "${name}"; ${close ? `did you mean "${close}"?` : `there are ${names.join(', ')}`}`,
  );
}

function describe(program: Program, model: ListedModel) {
  const handle = handleOf(model);
  return { provider: model.provider, source: model.source, ...program.base.models.facts(handle), handle };
}

function modelJson({ handle, provider, source, contextWindow, maxOutputTokens, prices }: Listed) {
  return {
    handle,
    provider,
    source,
    context_window: contextWindow,
    max_output_tokens: maxOutputTokens ?? null,
    input_usd_per_million: prices?.input ?? null,
    output_usd_per_million: prices?.output ?? null,
  };
}

const columns: readonly Column[] = [
  { title: 'HANDLE', isWide: true },
  { title: 'CONTEXT', isNumber: true },
  { title: '$/M IN', isNumber: true },
  { title: '$/M OUT', isNumber: true },
];

function row({ handle, contextWindow, prices }: Listed) {
  return [handle, String(contextWindow), String(prices?.input ?? ''), String(prices?.output ?? '')].map(text => ({
    text,
  }));
}
