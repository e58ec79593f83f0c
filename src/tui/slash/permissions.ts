import { AppError } from '../../core/error.ts';
import { parsePermissionMode } from '../../core/permission-mode.ts';
import { visible } from '../../core/visible.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { setMode } from '../mode.ts';
import type { SlashCommand } from './command.ts';

export const mode: SlashCommand = {
  name: 'mode',
  takes: '[ask|accept-edits|plan|bypass]',
  summary: 'what is done without asking, in this chat; also Shift+Tab',
  async run(desk, rest) {
    if (rest === '') return desk.notice(`mode ${desk.opened.policy.policy.mode}`);
    const parsed = parsePermissionMode(rest);
    if (!parsed.ok) throw new AppError('usage', parsed.message);
    return setMode(desk, parsed.mode);
  },
};

export const permissions: SlashCommand = {
  name: 'permissions',
  takes: '',
  summary: 'the mode and every rule that holds here, with where it comes from',
  run(desk) {
    const { mode: now, rules } = desk.opened.policy.policy;
    const { style, columns } = desk.look();
    const order = ['deny', 'ask', 'allow'] as const;
    const sorted = order.flatMap(kind => rules.filter(rule => rule.kind === kind));
    desk.story.note([
      style('strong', `mode ${now}`),
      ...(sorted.length === 0 ? [style('dim', '  no rules')] : []),
      ...sorted.flatMap(({ kind, tool, pattern, source }) => {
        const role = kind === 'deny' ? 'error' : kind === 'ask' ? 'warning' : 'ok';
        const text = `${visible(pattern === undefined ? tool : `${tool}(${pattern})`)}  from ${visible(source)}`;
        return rowsOf(text, columns - 9).map(
          (row, at) => `  ${at === 0 ? style(role, kind.padEnd(6)) : '      '} ${row}`,
        );
      }),
    ]);
  },
};
