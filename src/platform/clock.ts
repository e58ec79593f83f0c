import type { Clock } from '../core/ports.ts';

/** `setTimeout` fires at once for anything longer than this. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. `after` keeps the process alive until it ran or was cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(): the first use of `performance` loads a module of Node.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, options = {}) => sleep(ms, options.signal, options.unref ?? false),
  after: (ms, run) => startTimer(ms, run, false),
};

function sleep(ms: number, signal: AbortSignal | undefined, unref: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = startTimer(
      ms,
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      unref,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function startTimer(ms: number, run: () => void, unref: boolean): () => void {
  let timer: NodeJS.Timeout | undefined;
  const arm = (left: number) => {
    const slice = Math.min(left, longestTimerMs);
    timer = setTimeout(() => (left > slice ? arm(left - slice) : run()), slice);
    if (unref) timer.unref();
  };
  arm(ms);
  return () => clearTimeout(timer);
}
