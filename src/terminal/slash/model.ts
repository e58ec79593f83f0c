import { visible } from '../../core/visible.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';

export const model: SlashCommand = {
  name: 'model',
  takes: '[<handle>]',
  summary: 'the model from the next turn on; without a handle, says which it is',
  async run(stage, handle) {
    if (handle !== '') return takeModel(stage, handle);
    say(stage, `${stage.choice.handle} (${stage.choice.why})`);
  },
};

/** From the next turn on. AppError when there is no such model. */
export async function takeModel({ choice, program, notice }: Stage, handle: string): Promise<void> {
  choice.handle = await program.base.models.check(handle);
  choice.why = '/model';
  notice(`${visible(choice.handle)} answers from the next turn on`);
}
