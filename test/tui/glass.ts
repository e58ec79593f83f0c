import { PassThrough } from 'node:stream';
import { Terminal } from '@xterm/headless';
import type { TerminalDevice } from '../../src/core/ports.ts';

/** A terminal that is not there: what is written to it is drawn by a terminal emulator, and what is pressed comes in at its keyboard. */
export type Glass = {
  readonly device: TerminalDevice;
  /** What stands on the screen, without what trails in a row or below. */
  readonly screen: () => Promise<string[]>;
  /** What has scrolled away and what stands on the screen. */
  readonly everything: () => Promise<string[]>;
  readonly cursor: () => Promise<{ row: number; column: number }>;
  /** Everything that was written, as it was written. */
  readonly bytes: () => string;
  /** Text, or the bytes of keys, in one read. */
  readonly press: (bytes: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly hangUp: () => void;
};

export function createGlass(columns = 80, rows = 24): Glass {
  const terminal = new Terminal({ cols: columns, rows, scrollback: 100_000, allowProposedApi: true, convertEol: true });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  let bytes = '';
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.toString();
    terminal.write(chunk);
  });
  const settle = async () => {
    await new Promise<void>(resolve => setImmediate(resolve));
    await new Promise<void>(resolve => terminal.write('', resolve));
  };
  const linesFrom = (from: number) => {
    const { active } = terminal.buffer;
    const lines: string[] = [];
    for (let row = from; row < active.baseY + terminal.rows; row++)
      lines.push(active.getLine(row)?.translateToString(true) ?? '');
    while (lines.at(-1) === '') lines.pop();
    return lines;
  };
  let gone: () => void = () => undefined;
  return {
    device: {
      // The interface asks of streams no more than this.
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      onGone(listener) {
        gone = listener;
        return () => undefined;
      },
      atExit: () => () => undefined,
      stop: async () => undefined,
    },
    async screen() {
      await settle();
      return linesFrom(terminal.buffer.active.baseY);
    },
    async everything() {
      await settle();
      return linesFrom(0);
    },
    async cursor() {
      await settle();
      return { row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX };
    },
    bytes: () => bytes,
    press: pressed => void stdin.write(pressed),
    resize(wantedColumns, wantedRows) {
      Object.assign(stdout, { columns: wantedColumns, rows: wantedRows });
      terminal.resize(wantedColumns, wantedRows);
      stdout.emit('resize');
    },
    hangUp: () => gone(),
  };
}
