import { amount } from '../../core/text.ts';
import { totalTokens, type Usage } from '../../core/usage.ts';
import { visible } from '../../core/visible.ts';
import { chatCost } from '../../tasks/chat-cost.ts';
import { money, shortCount } from '../../views/figures.ts';
import type { Look } from '../look.ts';
import { clip, widthOf } from '../width.ts';
import type { SlashCommand } from './command.ts';

/** Tasks that have a row of their own: those that took most. */
const shownTasks = 30;

export const cost: SlashCommand = {
  name: 'cost',
  takes: '',
  summary: 'tokens and money of this chat, by task and in all',
  async run({ program, chatId, story, look }) {
    const { main, tasks, total } = await chatCost(program.store, chatId);
    const byTokens = tasks.toSorted((a, b) => (totalTokens(b.usage) ?? 0) - (totalTokens(a.usage) ?? 0));
    const rows: [string, Usage][] = [
      ['the conversation', main],
      ...byTokens.slice(0, shownTasks).map(({ task, usage }): [string, Usage] => [visible(task.description), usage]),
    ];
    const isPartly = [main, ...tasks.map(({ usage }) => usage)].some(hasNoPrice);
    const { style, columns, glyphs } = look();
    const more = tasks.length - shownTasks;
    story.note([
      ...rows.map(([name, usage]) => row(name, usage, look())),
      ...(more > 0 ? [style('dim', clip(`  and ${more} tasks that took less`, columns, glyphs.ellipsis))] : []),
      style('strong', row(`in all, with ${amount(tasks.length, 'task', 'tasks')}`, total, look(), isPartly)),
    ]);
  },
};

function row(name: string, usage: Usage, { columns, glyphs }: Look, isPartly = false): string {
  const figures = spent(usage, isPartly);
  const room = Math.max(4, Math.min(40, columns - widthOf(figures) - 4));
  const shown = clip(name, room, glyphs.ellipsis);
  return clip(`  ${shown}${' '.repeat(room - widthOf(shown))}  ${figures}`, columns, glyphs.ellipsis);
}

function hasNoPrice(usage: Usage): boolean {
  return usage.costUsd === undefined && (totalTokens(usage) ?? 0) > 0;
}

/** A figure that is not known is not zero; `isPartly`: of some of it the price is not known. */
function spent(usage: Usage, isPartly: boolean): string {
  const tokens = totalTokens(usage);
  const counted = tokens === undefined ? 'no tokens counted' : `${shortCount(tokens)} tokens`;
  const cost = usage.costUsd === undefined ? 'cost not known' : money(usage.costUsd);
  return `${counted}, ${isPartly && usage.costUsd !== undefined ? 'at least ' : ''}${cost}`;
}
