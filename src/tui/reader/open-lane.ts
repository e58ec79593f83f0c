import type { LaneId } from '../../core/ids.ts';
import type { Desk } from '../desk.ts';
import { entryInFull, textInFull } from './entry-in-full.ts';
import { createLaneSource } from './lane-source.ts';
import type { LiveText } from './live-text.ts';
import { createReader } from './pane.ts';
import type { ReaderSource } from './source.ts';

/** The entries of a lane in full. */
function laneInFull(desk: Desk, live: LiveText, lane: LaneId): ReaderSource {
  const { program, story } = desk;
  const names = (id: LaneId) => (id === 'main' ? undefined : story.view().tasks.get(id)?.description);
  return createLaneSource({
    store: program.store,
    chatId: desk.chatId,
    lane,
    limits: program.limits,
    draw: (entry, look) => entryInFull(entry, look, names),
    textOf: entry => textInFull(entry, desk.look(), names),
    live,
    redraw: () => desk.redraw('soon'),
    attempt: desk.attempt,
  });
}

/** Opens a lane in a pane of its own. */
export function openLane(desk: Desk, live: LiveText, lane: LaneId, title: string): void {
  const close = desk.panes.open(
    createReader({
      title,
      source: laneInFull(desk, live, lane),
      close: () => close(),
      redraw: () => desk.redraw('now'),
      attempt: desk.attempt,
    }),
  );
}
