import type { PermissionMode } from '../permissions/policy.ts';
import type { Desk } from './desk.ts';

/** What Shift+Tab goes through. `bypass` is only among them when the program was started with it. */
const cycle: readonly PermissionMode[] = ['ask', 'accept-edits', 'plan'];

/** The next permission mode of this chat: at once, for everybody who has it open, and after a restart. */
export async function nextMode(desk: Desk): Promise<void> {
  const { opened, program } = desk;
  const modes = program.policy.mode === 'bypass' ? [...cycle, 'bypass' as const] : cycle;
  const at = modes.indexOf(opened.policy.policy.mode);
  await setMode(desk, modes[(at + 1) % modes.length] ?? 'ask');
}

/** AppError through the store; a mode that this program may not have is refused with a notice. */
export async function setMode({ opened, session, program, notice }: Desk, mode: PermissionMode): Promise<void> {
  if (mode === 'bypass' && program.policy.mode !== 'bypass') {
    notice('the mode "bypass" is only there when legwork is started with it: --permission-mode bypass', 'warning');
    return;
  }
  if (mode === opened.policy.policy.mode) return;
  await session.changePolicy({ kind: 'mode', mode });
}
