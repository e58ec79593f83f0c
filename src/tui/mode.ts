import type { PermissionMode } from '../permissions/policy.ts';
import { setMode } from '../terminal/slash/mode.ts';
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
