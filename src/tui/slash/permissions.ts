import { AppError } from '../../core/error.ts';
import { parsePermissionMode } from '../../core/permission-mode.ts';
import { visible } from '../../core/visible.ts';
import { spelt } from '../../tasks/kind-of-use.ts';
import { permissionRows } from '../../tasks/permission-rows.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Desk } from '../desk.ts';
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
  takes: '[forget <rule>]',
  summary: 'the mode and every rule that holds here, with where it comes from; one of this chat can be taken back',
  async run(desk, rest) {
    const [word, ...rule] = rest.split(' ');
    if (word === 'forget') return forget(desk, rule.join(' ').trim());
    if (rest !== '')
      throw new AppError('usage', `/permissions takes nothing, or forget and a rule (received "${rest}")`);
    show(desk);
  },
};

function show(desk: Desk): void {
  const { mode: now, rules } = permissionRows(desk.opened);
  const { style, columns } = desk.look();
  desk.story.note([
    style('strong', `mode ${now}`),
    ...(rules.length === 0 ? [style('dim', '  no rules')] : []),
    ...rules.flatMap(({ kind, rule, source }) => {
      const role = kind === 'deny' ? 'error' : kind === 'ask' ? 'warning' : 'ok';
      return rowsOf(`${visible(rule)}  from ${visible(source)}`, columns - 9).map(
        (row, at) => `  ${at === 0 ? style(role, kind.padEnd(6)) : '      '} ${row}`,
      );
    }),
  ]);
}

async function forget({ opened, session }: Desk, text: string): Promise<void> {
  const known = opened.policy.changes().allowed;
  const found = known.find(rule => spelt(rule) === text);
  if (!found) {
    const names = known.map(spelt).join(', ');
    throw new AppError(
      'not-found',
      `this chat allows no "${text}"; it allows ${names === '' ? 'nothing of its own' : names}`,
    );
  }
  const { tool, pattern } = found;
  await session.changePolicy({ kind: 'forget', tool, ...(pattern === undefined ? {} : { pattern }) });
}
