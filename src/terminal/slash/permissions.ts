import { AppError } from '../../core/error.ts';
import { visible } from '../../core/visible.ts';
import { spelt } from '../../tasks/kind-of-use.ts';
import { permissionRows } from '../../tasks/permission-rows.ts';
import { rowsOf } from '../rows.ts';
import type { SlashCommand } from './command.ts';
import type { Stage } from './stage.ts';

const roles = { deny: 'error', ask: 'warning', allow: 'ok' } as const;

export const permissions: SlashCommand = {
  name: 'permissions',
  takes: '[forget <rule>]',
  summary: 'the mode and every rule that holds here, with where it comes from; one of this chat can be taken back',
  async run(stage, rest) {
    const [word, ...rule] = rest.split(' ');
    if (word === 'forget') return forget(stage, rule.join(' ').trim());
    if (rest !== '')
      throw new AppError('usage', `/permissions takes nothing, or forget and a rule (received "${rest}")`);
    show(stage);
  },
};

function show({ opened, story, look }: Stage): void {
  const { mode, rules } = permissionRows(opened);
  const { style, columns } = look();
  story.note([
    style('strong', `mode ${mode}`),
    ...(rules.length === 0 ? [style('dim', '  no rules')] : []),
    ...rules.flatMap(({ kind, rule, source }) =>
      rowsOf(`${visible(rule)}  from ${visible(source)}`, columns - 9).map(
        (row, at) => `  ${at === 0 ? style(roles[kind], kind.padEnd(6)) : ' '.repeat(6)} ${row}`,
      ),
    ),
  ]);
}

async function forget({ opened, session }: Stage, text: string): Promise<void> {
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
