import { messageOf } from '../../core/error.ts';
import { visible } from '../../core/visible.ts';
import type { Desk } from '../desk.ts';
import { createPicker, type Item } from '../pickers/picker.ts';
import type { SlashCommand } from './command.ts';

export const model: SlashCommand = {
  name: 'model',
  takes: '[<handle>]',
  summary: 'the model from the next turn on; without a handle, choose one',
  run: (desk, rest) => (rest === '' ? pickModel(desk) : takeModel(desk, rest)),
};

async function takeModel(desk: Desk, handle: string): Promise<void> {
  desk.choice.handle = await desk.program.base.models.check(handle);
  desk.choice.why = '/model';
  desk.notice(`model ${visible(desk.choice.handle)} from the next turn on`);
  desk.redraw('now');
}

/** What the providers that can be used offer; one that does not answer is named, and keeps nobody from choosing another. */
async function pickModel(desk: Desk): Promise<void> {
  const { program, choice } = desk;
  desk.notice('asking the providers for their models');
  const signal = new AbortController().signal;
  const usable = program.providers.filter(provider => provider.problem === undefined);
  const lists = await Promise.all(
    usable.map(async (provider): Promise<Item<string>[]> => {
      try {
        const { models } = await provider.list(signal, program.limits.modelProbeMs);
        return models.map(name => itemOf(`${provider.name}/${name}`));
      } catch (error) {
        if (!provider.isLocal) desk.notice(`${provider.name}: ${messageOf(error)}`, 'warning');
        return [];
      }
    }),
  );
  const items = [...lists.flat(), itemOf('playbook/demo')].filter(
    (item, at, all) => all.findIndex(other => other.value === item.value) === at,
  );
  const close = desk.panes.open(
    createPicker<string>({
      title: `Model (now ${visible(choice.handle)})`,
      items,
      empty: 'no provider can be asked; set a key such as ANTHROPIC_API_KEY',
      choose(handle) {
        close();
        desk.attempt(() => takeModel(desk, handle));
      },
      cancel: () => close(),
      redraw: () => desk.redraw('now'),
    }),
  );
}

function itemOf(handle: string): Item<string> {
  return { value: handle, label: visible(handle) };
}
