import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { listModelsCommand } from './models/list.ts';
import { testModelCommand } from './models/test.ts';
import { newCommand, withExamples } from './new-command.ts';

/** `legwork models …`. */
export function modelsCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'models', 'List the models that can be used, and try them.');
  for (const add of [listModelsCommand, testModelCommand]) add(group, context);
  return withExamples(group, [
    ['legwork models list', 'of every provider that is set up'],
    ['legwork models test', 'one tiny request to the model that would be used'],
  ]);
}
