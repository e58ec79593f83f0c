import type { Clock } from '../../core/ports.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Role } from '../../terminal/theme.ts';
import type { Strip } from '../pane.ts';

type Notice = { readonly text: string; readonly role: Role };

/** Lines that go by themselves after `shownMs`; a new one takes the place of the one before. */
export function createNotices(
  clock: Pick<Clock, 'after'>,
  shownMs: number,
  redraw: () => void,
): Strip & { readonly say: (text: string, role: Role) => void; readonly close: () => void } {
  let notice: Notice | undefined;
  let cancel: () => void = () => undefined;
  return {
    say(text, role) {
      cancel();
      notice = { text, role };
      cancel = clock.after(shownMs, () => {
        notice = undefined;
        redraw();
      });
      redraw();
    },
    close: () => cancel(),
    draw(look, { columns, rows }) {
      if (!notice) return [];
      const { text, role } = notice;
      return rowsOf(text, columns - 2)
        .slice(0, Math.min(3, rows))
        .map(row => `  ${look.style(role, row)}`);
    },
  };
}
