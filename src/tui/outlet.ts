import { Writable } from 'node:stream';

/** Where Ink writes to: a terminal whose writes gather until the end of the task, with the finished rows put where their marks stand. */
export type Outlet = {
  /** For Ink. */
  readonly stream: NodeJS.WriteStream;
  /** Keeps rows until Ink writes their mark, a single character, as a row of its own. */
  readonly keep: (rows: readonly string[]) => string;
  /** Whether the rows of a mark still wait to be written. */
  readonly isKept: (mark: string) => boolean;
  /** Writes at once, between two frames: titles, bells, progress. */
  readonly write: (sequence: string) => void;
  /** Resolves when everything was taken by the terminal. */
  readonly flushed: () => Promise<void>;
};

/** Of the second plane for private use, which nothing has a meaning in. One cell in every terminal. */
const firstMark = 0x100000;
const marks = 0xfff0;
const markPattern = /[\u{100000}-\u{10fff0}]/gu;

/**
 * Ink's `<Static>` lays its rows out and takes them apart cell by cell: 200 KB of an answer took a second. So Ink only sees a mark for each
 * block, and the block goes to the terminal as it is, in the same write.
 */
export function createOutlet(terminal: NodeJS.WriteStream): Outlet {
  const kept = new Map<string, string>();
  let next = 0;
  let waiting = '';
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    const text = waiting;
    waiting = '';
    if (text !== '' && !terminal.destroyed) terminal.write(text);
  }

  function add(text: string): void {
    waiting += text;
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(flush);
  }

  function replaceMarks(text: string): string {
    return text.replace(markPattern, mark => {
      const rows = kept.get(mark);
      kept.delete(mark);
      return rows ?? '';
    });
  }

  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      add(replaceMarks(String(chunk)));
      done();
    },
  });
  return {
    stream: likeTerminal(sink, terminal),
    keep(rows) {
      const mark = String.fromCodePoint(firstMark + next);
      next = (next + 1) % marks;
      kept.set(mark, rows.join('\n'));
      return mark;
    },
    isKept: mark => kept.has(mark),
    write: add,
    flushed: () =>
      new Promise(resolve => {
        flush();
        if (terminal.destroyed) resolve();
        else terminal.write('', () => resolve());
      }),
  };
}

/** The sink with the size of the terminal and its `resize` events. */
function likeTerminal(sink: Writable, terminal: NodeJS.WriteStream): NodeJS.WriteStream {
  Object.defineProperties(sink, {
    isTTY: { value: true },
    columns: { get: () => terminal.columns },
    rows: { get: () => terminal.rows },
  });
  terminal.on('resize', () => sink.emit('resize'));
  // Ink asks a stream for no more than this.
  return sink as unknown as NodeJS.WriteStream;
}
