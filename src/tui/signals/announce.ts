import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import { clip } from '../../terminal/width.ts';

/** What a terminal may tell of a chat outside of the screen: its title, its progress, its bell. */
export type Situation = {
  readonly title: string;
  readonly isWorking: boolean;
  /** Questions that wait for the person. */
  readonly waiting: number;
};

export type Announcer = {
  readonly update: (now: Situation) => void;
  readonly focus: (isFocused: boolean) => void;
};

/** Cells of a title. */
const titleCells = 60;

/** Asks the terminal to say when it gains and loses the focus (xterm: FocusIn and FocusOut). */
export const focusReports = { on: '\u001b[?1004h', off: '\u001b[?1004l' };
/** xterm's OSC 2, and ConEmu's OSC 9;4, which Windows Terminal, WezTerm, Ghostty and Konsole know too. */
const titled = (title: string) => `\u001b]2;${title}\u0007`;
const progress = { busy: '\u001b]9;4;3\u0007', none: '\u001b]9;4;0\u0007' };
const bell = '\u0007';
/** What is taken back at the end, whatever the end is. */
export const silence = `${titled('')}${progress.none}${focusReports.off}`;

/**
 * Says each thing once, when it changes. The bell rings when something begins to wait for the person or all work has ended, while they look
 * elsewhere; a terminal that does not report its focus is taken to be looked at, so there it rings for questions only.
 */
export function createAnnouncer(signal: (sequence: string) => void): Announcer {
  let before: Situation = { title: '', isWorking: false, waiting: 0 };
  let focus: 'unknown' | 'here' | 'elsewhere' = 'unknown';

  return {
    update(now) {
      const mark = now.waiting > 0 ? '? ' : now.isWorking ? '* ' : '';
      const was = before.waiting > 0 ? '? ' : before.isWorking ? '* ' : '';
      if (mark + now.title !== was + before.title) signal(titled(`${mark}${safe(now.title)}`));
      if (now.isWorking !== before.isWorking) signal(now.isWorking ? progress.busy : progress.none);
      const isAsked = now.waiting > before.waiting && focus !== 'here';
      const hasEnded = before.isWorking && !now.isWorking && focus === 'elsewhere';
      if (isAsked || hasEnded) signal(bell);
      before = now;
    },
    focus(isFocused) {
      focus = isFocused ? 'here' : 'elsewhere';
    },
  };
}

function safe(title: string): string {
  return clip(visible(oneLine(`legwork: ${title}`, 200)), titleCells);
}
