import type { LaneId } from '../../core/ids.ts';
import type { Desk } from '../desk.ts';
import { entryInFull, textInFull } from './entry-in-full.ts';
import { createLaneSource } from './lane-source.ts';
import { createReader } from './pane.ts';
import type { ReaderSource } from './source.ts';

/** The entries of a lane in full. */
function laneInFull(desk: Desk, lane: LaneId): ReaderSource {
  const { program, story } = desk;
  const names = (id: LaneId) => (id === 'main' ? undefined : story.view().tasks.get(id)?.description);
  return createLaneSource({
    store: program.store,
    chatId: desk.chatId,
    lane,
    limits: program.limits,
    draw: (entry, look) => entryInFull(entry, look, names),
    textOf: entry => textInFull(entry, desk.look(), names),
    live: desk.live,
    redraw: () => desk.redraw('soon'),
    attempt: desk.attempt,
  });
}

/** Opens a lane in a pane of its own, at its end or at the entry `start`. */
export function openLane(desk: Desk, lane: LaneId, title: string, start?: number): void {
  const close = desk.panes.open(
    createReader({
      title,
      source: laneInFull(desk, lane),
      start,
      close: () => close(),
      redraw: () => desk.redraw('now'),
      attempt: desk.attempt,
    }),
  );
}
