import { visible } from '../../core/visible.ts';
import { handleOf, type ListedModel, listAllModels } from '../../tasks/list-models.ts';
import { takeModel } from '../../terminal/slash/model.ts';
import { money, shortCount } from '../../views/figures.ts';
import type { Desk } from '../desk.ts';
import { pick } from './pick.ts';
import type { Item } from './picker.ts';

/** Lets a person choose among what the providers that can be used offer. */
export async function pickModel(desk: Desk): Promise<void> {
  const { program, choice, notice } = desk;
  notice('asking the providers for their models');
  const { models, problems } = await listAllModels(program, desk.left);
  const [first, ...others] = problems;
  if (first !== undefined)
    notice(others.length === 0 ? first : `${first}; and ${others.length} more: \`legwork models list\` tells of all`);
  pick<string>(desk, {
    title: `Model (now ${visible(choice.handle)})`,
    items: models.map(model => itemOf(model, desk)),
    empty: 'no provider can be asked',
    choose: handle => desk.attempt(() => takeModel(desk, handle)),
  });
}

function itemOf(model: ListedModel, { program }: Desk): Item<string> {
  const handle = handleOf(model);
  const { contextWindow, prices } = program.base.models.facts(handle);
  const price = prices === undefined ? [] : [`${money(prices.input)} in, ${money(prices.output)} out per million`];
  return { value: handle, label: visible(handle), hint: [`${shortCount(contextWindow)} tokens`, ...price].join(', ') };
}
