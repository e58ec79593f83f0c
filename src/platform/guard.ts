import { type ChildProcess, spawn } from 'node:child_process';
import { callMarker } from './descendants.ts';

export type Guard = {
  /** This program ends in order: what is still there may stay. */
  dismiss(): void;
};

/**
 * Waits for a line or for the end of its input: a line says that all is in order, the end without one that the process at the other end is gone.
 * Then whatever carries that process's mark is killed, by /proc, again for what was born meanwhile. In a session of its own, so that what ends the
 * program or its terminal does not end it too.
 */
const script = `trap '' HUP INT TERM QUIT
read -r _ && exit
for _ in 1 2 3; do
  for file in $(grep -lsz "^$1=$2\\." /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/environ}" 2>/dev/null
  done
done`;

/**
 * A shell that outlives this process for a moment and ends what its tools had running, when it could not do that itself: SIGKILL, or a bug
 * (R17). On systems without /proc there is none.
 */
export function startGuard(): Guard {
  if (process.platform !== 'linux') return { dismiss() {} };
  const child = spawn('/bin/sh', ['-c', script, 'sh', callMarker, `${process.pid}`], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  letGo(child);
  return { dismiss: () => void child.stdin.end('done\n') };
}

/** It neither keeps this process alive nor fails it: without it, the next start ends what was left. */
function letGo(child: ChildProcess): void {
  child.on('error', ignore);
  child.stdin?.on('error', ignore);
  child.unref();
  // The stream of a child's input is a socket; the type does not say so.
  (child.stdin as { unref?: () => void } | null)?.unref?.();
}

function ignore(): void {}
