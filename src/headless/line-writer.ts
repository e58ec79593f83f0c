import { ClosedOutput } from '../core/error.ts';
import type { Io } from '../core/ports.ts';

export type LineWriter = {
  /** Queues an object as one line; keeps the order. */
  write(line: object): void;
  /** The same, but leaves it out while much waits for a slow reader. */
  writeIfRoom(line: object): void;
  /** Resolves when the reader took everything; rejects with `ClosedOutput` when it is gone. */
  flush(): Promise<void>;
};

/** JSON lines in order, as fast as the reader takes them; what waits goes out together. `onGone` hears once that nobody reads any more. */
export function createLineWriter(io: Pick<Io, 'out'>, backlogChars: number, onGone: () => void): LineWriter {
  let waiting: string[] = [];
  let chars = 0;
  let pump: Promise<void> | undefined;
  let gone: ClosedOutput | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0 && !gone) {
      const text = waiting.join('');
      waiting = [];
      chars = 0;
      await io.out(text).catch(onError);
    }
    pump = undefined;
  }

  function onError(error: unknown): void {
    if (!(error instanceof ClosedOutput)) throw error;
    gone = error;
    onGone();
  }

  function write(line: object): void {
    if (gone) return;
    const text = `${JSON.stringify(line)}\n`;
    waiting.push(text);
    chars += text.length;
    pump ??= Promise.resolve().then(drain);
  }

  return {
    write,
    writeIfRoom(line) {
      if (chars < backlogChars) write(line);
    },
    async flush() {
      await pump;
      if (gone) throw gone;
    },
  };
}
