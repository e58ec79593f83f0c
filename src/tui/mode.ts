import type { PermissionMode } from '../permissions/policy.ts';
import type { Desk } from './desk.ts';

/** What Shift+Tab goes through. `bypass` is only among them when the program was started with it. */
const cycle: readonly PermissionMode[] = ['ask', 'accept-edits', 'plan'];

type ModeDesk = Pick<Desk, 'opened' | 'session' | 'notice' | 'attempt'> & {
  readonly program: Pick<Desk['program'], 'policy'>;
};

/** Changes to the next permission mode of the chat each time that it is called; calls that follow quickly count from one another. */
export function createModeCycle(desk: ModeDesk): () => void {
  let before = Promise.resolve();
  return () => {
    const change = before.then(() => nextMode(desk));
    before = change.catch(() => undefined);
    desk.attempt(() => change);
  };
}

async function nextMode(desk: ModeDesk): Promise<void> {
  const { opened, program } = desk;
  const modes = program.policy.mode === 'bypass' ? [...cycle, 'bypass' as const] : cycle;
  const at = modes.indexOf(opened.policy.policy.mode);
  await setMode(desk, modes[(at + 1) % modes.length] ?? 'ask');
}

/**
 * Another mode of this chat: at once, for everybody who has it open, and after a restart. AppError through the store; a mode that this
 * program may not have is refused with a notice.
 */
export async function setMode({ opened, session, program, notice }: ModeDesk, mode: PermissionMode): Promise<void> {
  if (mode === 'bypass' && program.policy.mode !== 'bypass') {
    notice('the mode "bypass" is only there when legwork is started with it: --permission-mode bypass', 'warning');
    return;
  }
  if (mode === opened.policy.policy.mode) return;
  await session.changePolicy({ kind: 'mode', mode });
}
