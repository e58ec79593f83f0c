import { ClosedOutput } from '../core/error.ts';
import type { Io } from '../core/ports.ts';

/** Standard streams of this process. A reader that goes away is noticed once and never throws in the middle of nowhere (R19). */
export function createProcessIo(): Io {
  let isClosed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    isClosed = true;
  });
  // Nobody is left to tell that nobody reads stderr.
  process.stderr.on('error', ignore);
  return {
    out: text => (isClosed ? Promise.reject(new ClosedOutput('standard output is closed')) : write(text)),
    err: text => void process.stderr.write(text),
    async *input() {
      const decoder = new TextDecoder();
      for await (const chunk of process.stdin) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    },
    isOutTerminal: process.stdout.isTTY === true,
    isErrTerminal: process.stderr.isTTY === true,
    isInTerminal: process.stdin.isTTY === true,
    columns: () => process.stdout.columns ?? 80,
  };
}

function ignore(): void {}

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, error =>
      error ? reject(new ClosedOutput('standard output is closed', { cause: error })) : resolve(),
    );
  });
}
