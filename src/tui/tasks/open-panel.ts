import { isFault } from '../../core/error.ts';
import { backgroundAsked, retryAsked, sendAsked, stopAsked } from '../../tasks/asked.ts';
import { moveAllToBackground } from '../../terminal/slash/bg.ts';
import { personAt } from '../../terminal/slash/person.ts';
import { isOpen } from '../../views/task-group.ts';
import type { TaskRow } from '../../views/task-row.ts';
import type { Desk } from '../desk.ts';
import { openLane } from '../reader/open-lane.ts';
import { createTaskPanel, type PanelActs } from './panel.ts';
import { createPreview } from './preview.ts';
import { nameOf } from './task-line.ts';

/** Opens the tasks of the chat in a pane of their own (S36). */
export function openTaskPanel(desk: Desk): void {
  const close = desk.panes.open(
    createTaskPanel({
      tasks: () => desk.story.view().taskRows,
      now: desk.clock.now,
      spin: desk.beats,
      preview: id => createPreview(desk, id),
      acts: actsOf(desk),
      open: (row, isReport) => openTask(desk, row, isReport),
      run(work, tell) {
        desk.attempt(async () => {
          try {
            tell(await work(), 'ok');
          } catch (error) {
            if (!isFault(error)) throw error;
            tell(error.message, 'error');
          }
        });
      },
      close: () => close(),
      redraw: () => desk.redraw('now'),
    }),
  );
}

/** `Ctrl+B`, and a message that is sent meanwhile. */
export function moveInFront(desk: Desk): void {
  desk.attempt(() => moveAllToBackground(desk));
}

/** A task that has ended opens at its report; above it is all the rest. */
function openTask(desk: Desk, row: TaskRow, isReport: boolean): void {
  const hasEnded = !isOpen(row) && row.state.kind !== 'parked';
  openLane(desk, row.id, nameOf(row), isReport && hasEnded ? row.stateSeq : undefined);
}

function actsOf(desk: Desk): PanelActs {
  const person = personAt(desk);
  const named = ({ id }: TaskRow) => ({ id, chatId: desk.chatId });
  return {
    async stop(row) {
      const { isStopped, under } = await stopAsked(person, named(row));
      if (!isStopped) return 'it had already ended';
      return under > 0 ? `stopped, with ${under} under it` : 'stopped';
    },
    async message(row, text) {
      const how = await sendAsked(person, named(row), text);
      return how === 'resumed' ? 'it goes on with your message' : 'it reads your message at its next step';
    },
    async background(row) {
      const isMoved = await backgroundAsked(person, named(row));
      return isMoved ? 'it goes on in the background' : 'no call waits for it';
    },
    async retry(row) {
      const [retried] = await retryAsked(person, [named(row)], {});
      return retried?.status === 'waiting' ? 'it waits for what it depends on' : 'queued again';
    },
  };
}
