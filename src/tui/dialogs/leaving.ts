import { amount } from '../../core/text.ts';
import type { OnLeave } from '../../tasks/leave-chat.ts';
import type { Pane } from '../pane.ts';
import { createChoice } from './choice.ts';

/** Asks what becomes of tasks that are at work (S17). */
export function askOnLeave(
  count: number,
  on: { readonly answer: (how: OnLeave) => void; readonly cancel: () => void; readonly redraw: () => void },
): Pane {
  return createChoice<OnLeave>({
    title: `${amount(count, 'task is', 'tasks are')} at work.`,
    options: [
      { value: 'keep', letter: 'k', label: 'keep working', hint: 'in a process of its own' },
      { value: 'park', letter: 'p', label: 'park', hint: 'goes on when the chat is opened again' },
      { value: 'stop', letter: 's', label: 'stop' },
    ],
    choose: on.answer,
    cancel: on.cancel,
    redraw: on.redraw,
  });
}
