import { amount } from '../../core/text.ts';
import { createChoice } from '../dialogs/choice.ts';
import type { Pane } from '../pane.ts';

/** Before a task is stopped that others work for. */
export function askToStopAll(
  name: string,
  under: number,
  redraw: () => void,
  answer: (how: 'stop' | 'keep') => void,
): Pane {
  return createChoice<'stop' | 'keep'>({
    title: `Stop "${name}" and ${amount(under, 'task', 'tasks')} under it?`,
    options: [
      { value: 'stop', letter: 'y', label: 'stop them all' },
      { value: 'keep', letter: 'n', label: 'leave them at work' },
    ],
    choose: answer,
    cancel: () => answer('keep'),
    redraw,
  });
}

/** What Esc means while the selected task is at work; Esc once more closes. */
export function askOnEscape(name: string, redraw: () => void, answer: (how: 'close' | 'stop') => void): Pane {
  return createChoice<'close' | 'stop'>({
    title: `"${name}" is at work.`,
    options: [
      { value: 'close', letter: 'c', label: 'close the panel', hint: 'it goes on' },
      { value: 'stop', letter: 's', label: 'stop it', hint: 'and what is under it; all else goes on' },
    ],
    choose: answer,
    cancel: () => answer('close'),
    redraw,
  });
}
