import type { Clock } from './ports.ts';

/** Whether something comes to its end within `ms`; what fails first is thrown. Leaves no timer behind. */
export async function within(clock: Pick<Clock, 'sleep'>, ms: number, event: Promise<unknown>): Promise<boolean> {
  const enough = new AbortController();
  const late = clock.sleep(ms, { signal: enough.signal }).then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    enough.abort();
  }
}
