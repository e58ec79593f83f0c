import type { SlashCommand } from '../../terminal/slash/command.ts';
import { model as modelCommand, takeModel } from '../../terminal/slash/model.ts';
import type { Desk } from '../desk.ts';
import { pickModel } from '../pickers/models.ts';

export const model: SlashCommand<Desk> = {
  ...modelCommand,
  summary: 'the model from the next turn on; without a handle, choose one',
  run: (desk, handle) => (handle === '' ? pickModel(desk) : takeModel(desk, handle)),
};
