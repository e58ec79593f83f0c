import type { TaskId } from '../../core/ids.ts';
import { transcriptLines } from '../../tasks/transcript.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Desk } from '../desk.ts';
import { createLaneSource } from '../reader/lane-source.ts';
import { createRowCache } from '../reader/row-cache.ts';
import { createViewport } from '../reader/viewport.ts';

/** The newest rows of a task's transcript, and what it is saying. */
export type Preview = {
  readonly draw: (look: Look, rows: number) => readonly string[];
  readonly close: () => void;
};

export function createPreview(desk: Desk, lane: TaskId): Preview {
  const source = createLaneSource({
    store: desk.program.store,
    chatId: desk.chatId,
    lane,
    limits: desk.program.limits,
    draw: (entry, look) => transcriptLines(entry).flatMap(line => rowsOf(line, look.columns)),
    textOf: () => '',
    live: desk.live,
    redraw: () => desk.redraw('soon'),
    attempt: desk.attempt,
  });
  const viewport = createViewport(source, createRowCache(source));
  return { draw: (look, rows) => viewport.draw(look, rows).rows, close: source.close };
}
