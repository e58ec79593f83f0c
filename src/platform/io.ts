import { fstatSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
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
      if (isNull(0)) return;
      const decoder = new TextDecoder();
      for await (const chunk of process.stdin) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    },
    isOutTerminal: process.stdout.isTTY === true,
    isErrTerminal: process.stderr.isTTY === true,
    // Not process.stdin.isTTY: that would make a stream of it before anybody wants to read.
    isInTerminal: isatty(0),
    columns: () => process.stdout.columns ?? 80,
  };
}

/** Whether a descriptor is the null device: there is nothing to read, and a stream for it takes two milliseconds. Of one that cannot be looked at the stream says what is wrong. */
function isNull(descriptor: number): boolean {
  try {
    const { rdev } = fstatSync(descriptor);
    return rdev !== 0 && rdev === statSync(devNull).rdev;
  } catch {
    return false;
  }
}

function ignore(): void {}

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, error =>
      error ? reject(new ClosedOutput('standard output is closed', { cause: error })) : resolve(),
    );
  });
}
