import { limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';

/** Passes on what a command says as it says it, but not more often or more at once than a person can read. */
export function createLiveOutput(
  clock: Clock,
  show: (text: string) => void,
): { add(chunk: string): void; end(): void } {
  let waiting = '';
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') show(text);
  };
  return {
    add(chunk) {
      waiting = (waiting + chunk).slice(-limits.progressChars);
      cancel ??= clock.after(limits.progressMs, flush);
    },
    end() {
      cancel?.();
      flush();
    },
  };
}
