import { amount } from '../../core/text.ts';
import { totalTokens, type Usage } from '../../core/usage.ts';
import { visible } from '../../core/visible.ts';
import { chatCost } from '../../tasks/chat-cost.ts';
import { contextParts } from '../../tasks/context-parts.ts';
import { clip } from '../../terminal/width.ts';
import type { SlashCommand } from './command.ts';

/** Cells of a bar. */
const barCells = 30;

export const context: SlashCommand = {
  name: 'context',
  takes: '',
  summary: 'what fills the window of the model',
  async run(desk) {
    const { style, glyphs, columns } = desk.look();
    const work = await desk.opened.work();
    const { contextWindow } = desk.program.base.models.facts(desk.choice.handle);
    const { parts, lastInput } = await contextParts(desk.program.store, work, contextWindow);
    const used = parts.reduce((sum, part) => sum + part.tokens, 0);
    const rows = [...parts, { name: 'free', tokens: Math.max(0, contextWindow - used) }];
    const cells = Math.max(5, Math.min(barCells, columns - 40));
    desk.story.note([
      style(
        'strong',
        clip(
          `${count(used)} of ${count(contextWindow)} tokens, by estimate (${percent(used, contextWindow)})`,
          columns,
        ),
      ),
      ...rows.map(({ name, tokens }) => {
        const full = Math.min(cells, Math.round((tokens / contextWindow) * cells));
        const bar =
          style(name === 'free' ? 'dim' : 'accent', glyphs.full.repeat(full)) +
          style('dim', glyphs.empty.repeat(cells - full));
        return `  ${bar} ${clip(`${count(tokens).padStart(6)}  ${name}`, columns - cells - 3, glyphs.ellipsis)}`;
      }),
      ...(lastInput === undefined
        ? []
        : [style('dim', clip(`  the provider counted ${count(lastInput)} for the last request`, columns))]),
    ]);
  },
};

export const cost: SlashCommand = {
  name: 'cost',
  takes: '',
  summary: 'tokens and money of this chat, by task and in all',
  async run(desk) {
    const { style, columns, glyphs } = desk.look();
    const { main, tasks, total } = await chatCost(desk.program.store, desk.chatId);
    const line = (name: string, usage: Usage) => {
      const figures = spent(usage);
      const room = Math.max(4, columns - figures.length - 4);
      return `  ${clip(name, room, glyphs.ellipsis).padEnd(Math.min(room, 40))}  ${figures}`;
    };
    desk.story.note([
      line('the conversation', main),
      ...tasks.filter(({ task }) => !task.isSilent).map(({ task, usage }) => line(visible(task.description), usage)),
      style('strong', line(`in all (${amount(tasks.length, 'task', 'tasks')})`, total)),
    ]);
  },
};

/** A cost that is not known is not zero. */
function spent(usage: Usage): string {
  const tokens = totalTokens(usage);
  const money = usage.costUsd === undefined ? 'cost not known' : `$${usage.costUsd.toFixed(4)}`;
  return `${tokens === undefined ? 'no tokens counted' : `${count(tokens)} tokens`}, ${money}`;
}

function count(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  return tokens < 1_000_000 ? `${(tokens / 1_000).toFixed(1)}k` : `${(tokens / 1_000_000).toFixed(1)}M`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}
