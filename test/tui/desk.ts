import type { Desk } from '../../src/tui/desk.ts';
import type { Pane, Room } from '../../src/tui/pane.ts';
import { createPanes } from '../../src/tui/panes.ts';
import type { TestStage } from '../fakes/stage.ts';
import { plainLook } from './look.ts';
import { pressed } from './press.ts';

export type TestDesk = Desk & {
  /** What was sent to the terminal past the screen. */
  readonly signals: string[];
  readonly themes: string[];
  /** Failures that were shown. */
  readonly failures: string[];
  /** Resolves when all that was attempted is done. */
  readonly settled: () => Promise<void>;
  readonly press: (...names: string[]) => void;
  readonly drawn: (room?: Room) => readonly string[];
  readonly hasPane: () => boolean;
};

/** What the parts of the interface share, over a stage. */
export function createDesk(stage: TestStage, columns = 60): TestDesk {
  const signals: string[] = [];
  const themes: string[] = [];
  const failures: string[] = [];
  let attempts: Promise<void>[] = [];
  const lowest: Pane = { size: 'strip', draw: () => ({ rows: [] }), key: () => false };
  const panes = createPanes(lowest, () => undefined);
  const desk = {
    ...stage,
    panes,
    clock: stage.program.base.clock,
    room: () => ({ columns, rows: 20 }),
    redraw: () => undefined,
    attempt(work: () => Promise<void>) {
      attempts.push(work().catch(error => void failures.push(String(error.message))));
    },
    signal: (sequence: string) => void signals.push(sequence),
    setTheme: (name: string) => void themes.push(name),
  };
  return {
    // The parts of a desk that commands use.
    ...(desk as unknown as Desk),
    signals,
    themes,
    failures,
    async settled() {
      while (attempts.length > 0) {
        const now = attempts;
        attempts = [];
        await Promise.all(now);
      }
    },
    press(...names) {
      for (const name of names) panes.top().key(pressed(name));
    },
    drawn: (room = { columns, rows: 20 }) => panes.top().draw(plainLook(room.columns), room).rows,
    hasPane: () => panes.top() !== lowest,
  };
}
