import { AppError } from '../../core/error.ts';
import { type ModeName, parsePermissionMode } from '../../core/permission-mode.ts';
import type { Program } from '../../tasks/program.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';

export const mode: SlashCommand = {
  name: 'mode',
  takes: '[ask|accept-edits|plan|bypass]',
  summary: 'what is done without asking in this chat; without a mode, says which it is',
  async run(stage, rest) {
    if (rest === '') return say(stage, `mode ${stage.opened.policy.policy.mode}`);
    const parsed = parsePermissionMode(rest);
    if (!parsed.ok) throw new AppError('usage', parsed.message);
    return setMode(stage, parsed.mode);
  },
};

/** At once, for everybody who has the chat open, and after a restart. AppError `denied` for a mode that this program may not have. */
export async function setMode(
  { opened, session, program }: Pick<Stage, 'opened' | 'session'> & { readonly program: Pick<Program, 'policy'> },
  wanted: ModeName,
): Promise<void> {
  if (wanted === 'bypass' && program.policy.mode !== 'bypass')
    throw new AppError(
      'denied',
      'the mode "bypass" is only there when legwork is started with it: --permission-mode bypass',
    );
  if (wanted === opened.policy.policy.mode) return;
  await session.changePolicy({ kind: 'mode', mode: wanted });
}
