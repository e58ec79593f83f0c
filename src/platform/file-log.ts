import { chmodSync, renameSync, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { messageOf } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import type { Log } from '../core/ports.ts';
import { redact } from '../core/redact.ts';

export type FileLog = Log & {
  /** Resolves when what was logged is in the file. */
  close(): Promise<void>;
};
type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * The program's own log, which begins anew when it is larger than `limits.logBytes`: JSON lines (pino) in a file that only its user can read,
 * secrets taken out. The library is imported with the first line that is written, so a start that has nothing to say does not pay for it.
 */
export function openFileLog(path: string, level: Level, say: (text: string) => void = toStderr): FileLog {
  let opened: Promise<Open | undefined> | undefined;
  let unlooked = 0;
  let isTold = false;
  let last: Promise<void> = Promise.resolve();

  function write(at: Level, message: string, fields: Record<string, unknown> = {}): void {
    if (levels.indexOf(at) < levels.indexOf(level)) return;
    opened ??= openLogger(path, level, tell).catch(tell);
    const line = redact(message);
    const text = redact(JSON.stringify(fields));
    const safe = JSON.parse(text) as Record<string, unknown>; // what stringify gave back is an object again
    last = opened
      .then(open => {
        open?.logger[at](safe, line);
        unlooked += line.length + text.length;
        if (open && unlooked > limits.logBytes / 10) turnTo(open);
      })
      .catch(tell);
  }
  /** Goes on in the file that has the name now: this process, or another one, has put the full one aside. */
  function turnTo({ destination }: Open): void {
    unlooked = 0;
    turnOver(path);
    destination.reopen();
  }
  /** Said once: a log that cannot be written is no reason to end the work that it would tell of. */
  function tell(error: unknown): undefined {
    if (!isTold) say(`legwork: the log ${path} cannot be written: ${messageOf(error)}\n`);
    isTold = true;
  }
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    close: () => last,
  };
}

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

function toStderr(text: string): void {
  process.stderr.write(text);
}

type Open = { readonly logger: Logger; readonly destination: { reopen(): void } };

async function openLogger(path: string, level: Level, onError: (error: unknown) => void): Promise<Open> {
  // Bundled CommonJS has a default export and no other.
  const { default: pino } = await import('pino');
  turnOver(path);
  const maxLength = limits.logBacklogChars;
  const destination = pino.destination({ dest: path, sync: true, append: true, mode: 0o600, maxLength });
  // On a full disk it is said once, and what fits is written when there is space again.
  destination.on('error', onError);
  chmodSync(path, 0o600);
  return { logger: pino({ level, base: { pid: process.pid } }, destination), destination };
}

/** Keeps one log that was full beside the one that is written. Another process that has it open goes on in it until it looks. */
function turnOver(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && stat.size > limits.logBytes) renameSync(path, `${path}.1`);
}
