import { messageOf } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Clock, Log } from '../../core/ports.ts';

export interface Watch {
  /** Polls from now on, until `stop`; each call counts. */
  start(): void;
  stop(): void;
  /** Polls often until what is returned is called. */
  closely(): () => void;
  close(): void;
}

/**
 * Notices commits of other processes: SQLite changes a connection's `data_version` when another connection has committed, and leaves it as it is for
 * the connection's own commits (https://sqlite.org/pragma.html#pragma_data_version). Costs a few microseconds per look.
 */
export function createWatch(options: {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Log, 'warn'> | undefined;
  readonly dataVersion: () => unknown;
  readonly announce: () => void;
}): Watch {
  const { clock, log, dataVersion, announce } = options;
  let starts = 0;
  let closeOnes = 0;
  let seen: unknown;
  /** Said once, not at every look. */
  let trouble: string | undefined;
  let polling: AbortController | undefined;

  /** Remembers what it saw; whether that is new. */
  const look = () => {
    try {
      const version = dataVersion();
      const isNew = version !== seen;
      seen = version;
      trouble = undefined;
      return isNew;
    } catch (error) {
      const message = messageOf(error);
      if (message !== trouble) log?.warn('the database could not be asked for changes', { error: message });
      trouble = message;
      return false;
    }
  };
  const poll = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      const ms = closeOnes > 0 ? limits.pollBusyMs : limits.pollIdleMs;
      await clock.sleep(ms, { signal, unref: true }).catch(rethrowUnless(signal));
      if (!signal.aborted && look()) announce();
    }
  };
  const restart = () => {
    polling?.abort();
    polling = starts > 0 ? new AbortController() : undefined;
    if (polling !== undefined) void poll(polling.signal);
  };

  return {
    start() {
      starts += 1;
      if (starts > 1) return;
      look();
      restart();
    },
    stop() {
      starts -= 1;
      if (starts === 0) restart();
    },
    closely() {
      let isOver = false;
      closeOnes += 1;
      if (closeOnes === 1) restart();
      return () => {
        if (isOver) return;
        isOver = true;
        closeOnes -= 1;
        if (closeOnes === 0) restart();
      };
    },
    close() {
      starts = 0;
      restart();
    },
  };
}

function rethrowUnless(signal: AbortSignal): (error: unknown) => void {
  return error => {
    if (!signal.aborted) throw error;
  };
}
