import type { Desk } from '../desk.ts';
import { createPicker, type PickerOptions } from './picker.ts';

/** What a picker needs of the desk. */
type Place = Pick<Desk, 'panes' | 'redraw'>;

/** Opens a picker; it closes when something was chosen, or nothing. */
export function pick<T>(
  { panes, redraw }: Place,
  options: Omit<PickerOptions<T>, 'cancel' | 'redraw'> & { readonly cancel?: (() => void) | undefined },
): void {
  const close = panes.open(
    createPicker<T>({
      ...options,
      redraw: () => redraw('now'),
      choose(value) {
        close();
        options.choose(value);
      },
      cancel() {
        close();
        options.cancel?.();
      },
      other: options.other && {
        label: options.other.label,
        act() {
          close();
          options.other?.act();
        },
      },
    }),
  );
}
