import type { TerminalDevice } from '../core/ports.ts';

/** The terminal of this process. Whoever listens for `SIGTSTP` does the stopping. */
export function createTerminalDevice(): TerminalDevice {
  const { stdin, stdout } = process;
  return {
    stdin,
    stdout,
    onGone(listener) {
      stdin.on('end', listener).on('error', listener);
      stdout.on('error', listener);
      return () => {
        stdin.off('end', listener).off('error', listener);
        stdout.off('error', listener);
      };
    },
    stop: () =>
      new Promise(resolve => {
        process.once('SIGCONT', () => resolve());
        process.kill(process.pid, 'SIGTSTP');
      }),
  };
}
