import { limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import { findDescendants } from './descendants.ts';

export type ProcessTree = {
  /** The process group's leader. */
  readonly pid: number;
  readonly marker: string;
  readonly outputLink: string | undefined;
};

/**
 * Ends a child and all it started, wherever they went: TERM, and KILL for those that are still there after
 * `limits.killAfterMs`. Resolves when none is left, or when KILL had no effect for a second (a process in the kernel's hands).
 */
export async function endTree(tree: ProcessTree, clock: Clock): Promise<void> {
  signalTree(tree, 'SIGTERM');
  if (await isGone(tree, clock, limits.killAfterMs)) return;
  const deadline = clock.monotonic() + limits.pipeGraceMs;
  do {
    signalTree(tree, 'SIGKILL');
    await clock.sleep(pollMs);
  } while (isTreeAlive(tree) && clock.monotonic() < deadline);
}

/** KILL to a child and all it started; does not wait. */
export function killTree(tree: ProcessTree): void {
  signalTree(tree, 'SIGKILL');
}

/** Whether a process of the child's own group is left; cheap. */
export function isGroupAlive(pid: number): boolean {
  return send(-pid, 0);
}

const pollMs = 20;

async function isGone(tree: ProcessTree, clock: Clock, withinMs: number): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  while (isTreeAlive(tree)) {
    if (clock.monotonic() >= deadline) return false;
    await clock.sleep(pollMs);
  }
  return true;
}

function isTreeAlive(tree: ProcessTree): boolean {
  const found = findDescendants(tree.pid, tree.marker, tree.outputLink);
  return found ? found.length > 0 : isGroupAlive(tree.pid);
}

function signalTree(tree: ProcessTree, signal: 'SIGTERM' | 'SIGKILL'): void {
  // The list first: once a parent is gone, its children no longer show whose they were.
  const found = findDescendants(tree.pid, tree.marker, tree.outputLink) ?? [];
  send(-tree.pid, signal);
  for (const pid of found) send(pid, signal);
}

/** False when there is nobody to send it to. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))
      return error.code === 'EPERM';
    throw error;
  }
}
