import type { TerminalDevice } from '../core/ports.ts';
import type { Composer } from './composer/pane.ts';
import type { Desk } from './desk.ts';
import type { Key } from './key.ts';
import { actionOf } from './keys.ts';
import { createModeCycle } from './mode.ts';

/** What opens over the conversation, and what is done to the tasks that it waits for. */
type Openers = Readonly<Record<'conversation' | 'tasks' | 'background', () => void>>;

/** The keys that work whatever is open. */
export function createGlobalKeys(
  desk: Desk,
  composer: Composer,
  device: TerminalDevice,
  openers: Openers,
): (key: Key) => void {
  const { session, clock, program } = desk;
  const nextMode = createModeCycle(desk);
  let lastInterrupt = Number.NEGATIVE_INFINITY;

  function interrupt(): void {
    const isSecond = clock.monotonic() - lastInterrupt < program.limits.secondInterruptMs;
    lastInterrupt = clock.monotonic();
    if (isSecond) {
      desk.leave({ kind: 'quit' });
      return;
    }
    composer.clear();
    if (session.state() === 'working') session.interrupt();
    desk.notice('Ctrl+C again leaves');
  }

  return key => {
    switch (actionOf('anywhere', key)) {
      case 'interrupt':
        interrupt();
        break;
      case 'stop-turn':
        session.interrupt();
        break;
      case 'leave':
        if (composer.text() === '') desk.leave({ kind: 'quit' });
        break;
      case 'suspend':
        desk.attempt(() => desk.lend(device.stop));
        break;
      case 'next-mode':
        nextMode();
        break;
      case 'redraw':
        desk.redraw('now');
        break;
      case 'expand':
        openers.conversation();
        break;
      case 'tasks':
        openers.tasks();
        break;
      case 'background':
        openers.background();
        break;
      case undefined:
        break;
    }
  };
}
