import { render } from 'ink';
import { createStore } from '../core/create-store.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock, TerminalDevice } from '../core/ports.ts';
import { App, type Lend, type Shown } from './app.tsx';
import { createInlet } from './inlet.ts';
import { type Key, pasteOf } from './key.ts';
import { createOutlet } from './outlet.ts';
import type { Drawn, Room } from './pane.ts';
import { focusReports, silence } from './signals/announce.ts';

export type Screen = {
  readonly room: () => Room;
  /** Puts rows into the scrollback, above the live region: once, for good. They show with the next `show`. */
  readonly print: (rows: readonly string[]) => void;
  readonly show: (live: Drawn) => void;
  /** Writes a sequence that moves nothing: a title, a bell. */
  readonly signal: (sequence: string) => void;
  readonly lend: Lend;
  /** Takes the live region away, gives the terminal back its modes, and resolves when all is written. */
  readonly close: () => Promise<void>;
};

export type ScreenOptions = {
  readonly device: Pick<TerminalDevice, 'stdin' | 'stdout' | 'atExit'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly limits: Pick<Limits, 'pasteTailMs' | 'promptBytes' | 'marksOnRoll'>;
  readonly onKey: (key: Key) => void;
  readonly onResize: () => void;
  readonly onFocus: (isFocused: boolean) => void;
};

const empty: Shown = { roll: 0, marks: [], live: { rows: [] } };
/** Frames a second that Ink may draw: keys must not wait for the frame before. How often what streams is drawn, the desk decides. */
const maxFps = 250;

/** The terminal as the interface uses it. */
export function openScreen({ device, clock, limits, onKey, onResize, onFocus }: ScreenOptions): Screen {
  const { stdout } = device;
  const inlet = createInlet(device.stdin, {
    after: clock.after,
    limits,
    onReport: ({ isFocused }) => onFocus(isFocused),
  });
  const outlet = createOutlet(stdout);
  const shown = createStore<Shown, Shown>((_before, next) => next, empty);
  let printed: string[] = [];
  let lend: Lend = async work => work();
  const onLend = (given: Lend) => {
    lend = given;
  };
  const onPaste = (mark: string) => onKey(pasteOf(inlet.take(mark)));
  const ink = render(
    <App subscribe={shown.subscribe} get={shown.get} onKey={onKey} onPaste={onPaste} onLend={onLend} />,
    {
      stdin: inlet.stream,
      stdout: outlet.stream,
      interactive: true,
      isScreenReaderEnabled: false,
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      maxFps,
      // Tells Shift+Enter from Enter, where the terminal knows how.
      kittyKeyboard: { mode: 'auto' },
    },
  );
  stdout.on('resize', onResize);
  const stopWatching = device.atExit(silence);
  outlet.write(focusReports.on);

  function show(live: Drawn): void {
    if (printed.length === 0) {
      shown.dispatch({ ...shown.get(), live });
      return;
    }
    const mark = outlet.keep(printed);
    printed = [];
    const { roll, marks } = shown.get();
    const isFull = marks.length >= limits.marksOnRoll;
    // What Ink has not drawn yet goes along.
    const before = isFull ? marks.filter(outlet.isKept) : marks;
    shown.dispatch({ roll: isFull ? roll + 1 : roll, marks: [...before, mark], live });
  }

  return {
    room: () => ({ columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) }),
    print(rows) {
      for (const row of rows) printed.push(row);
    },
    show,
    signal: outlet.write,
    lend: async work => {
      outlet.write(silence);
      await lend(work);
      outlet.write(focusReports.on);
    },
    async close() {
      stdout.off('resize', onResize);
      outlet.write(silence);
      stopWatching();
      show({ rows: [] });
      await ink.waitUntilRenderFlush();
      ink.unmount();
      await ink.waitUntilExit();
      await outlet.flushed();
    },
  };
}
