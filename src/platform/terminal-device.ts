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
    atExit(sequence) {
      const write = () => void stdout.write(sequence);
      process.on('exit', write);
      return () => process.off('exit', write);
    },
    stop: () =>
      new Promise(resolve => {
        process.once('SIGCONT', () => resolve());
        process.kill(process.pid, 'SIGTSTP');
      }),
  };
}
