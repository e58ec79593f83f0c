import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { startDeadline } from '../core/deadline.ts';
import { messageOf } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import type { Clock, ProcessEnd, Processes, RunningProcess, SpawnOptions } from '../core/ports.ts';
import { within } from '../core/within.ts';
import { callMarker, outputLinkOf } from './descendants.ts';
import { reasonNotToStart } from './find-command.ts';
import { type Guard, startGuard } from './guard.ts';
import { createKeptOutput, type KeptOutput } from './kept-output.ts';
import { createOutputFile, type OutputFile } from './output-file.ts';
import { endTree, isGroupAlive, killTree, type ProcessTree } from './process-tree.ts';

/**
 * Child processes of this machine, Linux and macOS. Each is the leader of a session of its own. `/bin/sh` joins its two outputs into
 * one pipe and then becomes the command (`exec`), so that they come in the order in which they were written. What the command leaves
 * behind in its group, or with its output open, when it exits is ended too; a daemon that let go of both goes on.
 */
export function createNodeProcesses(clock: Clock): NodeProcesses {
  const trees = new Set<ProcessTree>();
  let guard: Guard | undefined;
  return {
    start(command, args, options) {
      guard ??= startGuard();
      return start({ clock, trees }, command, args, options);
    },
    killAll() {
      for (const tree of trees) killTree(tree);
      guard?.dismiss();
      guard = undefined;
    },
  };
}

export type NodeProcesses = Processes & {
  /** KILL to all that runs or was left behind, at once: for a program that leaves and can wait no longer. */
  killAll(): void;
};

/** `trees` are those that are not gone yet. */
type Keeper = { readonly clock: Clock; readonly trees: Set<ProcessTree> };

type EndReason = 'exited' | 'timeout' | 'stopped';
type Exit = { readonly code: number | null; readonly signal: string | null };

function start(keeper: Keeper, command: string, args: readonly string[], options: SpawnOptions): RunningProcess {
  const { clock } = keeper;
  const begin = clock.monotonic();
  const marker = `${process.pid}.${randomBytes(8).toString('hex')}`;
  const refusal = options.signal?.aborted ? undefined : reasonNotToStart(command, options.cwd, options.env.PATH);
  if (options.signal?.aborted) return notRun('stopped', undefined);
  if (refusal !== undefined) return notRun('not-started', refusal);
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...args], {
      cwd: options.cwd,
      env: { ...options.env, [callMarker]: marker },
      detached: true,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    });
  } catch (error) {
    // E.g. an argument that holds a null character.
    return notRun('not-started', messageOf(error));
  }
  if (child.pid === undefined) return failedToSpawn(child);
  return watch(keeper, child, { pid: child.pid, marker, outputLink: outputLinkOf(child.pid) }, options, begin);
}

function watch(
  { clock, trees }: Keeper,
  child: ChildProcess,
  tree: ProcessTree,
  options: SpawnOptions,
  begin: number,
): RunningProcess {
  trees.add(tree);
  const kept = createKeptOutput(options.maxOutputBytes);
  const file =
    options.outputFile === undefined
      ? undefined
      : createOutputFile(options.outputFile, options.maxFileBytes ?? limits.commandFileBytes);
  const hasClosed = readOutput(child, kept, file, options.onOutput);
  let reason: EndReason | undefined;
  let ending: Promise<void> | undefined;
  const end = (why: EndReason): Promise<void> => {
    reason ??= why;
    ending ??= endTree(tree, clock).then(() => void giveUpOnExit());
    return ending;
  };
  const onAbort = () => void end('stopped');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const cancelDeadline =
    options.timeoutMs === undefined ? undefined : startDeadline(clock, options.timeoutMs, () => void end('timeout'));
  const exit = Promise.withResolvers<Exit>();
  child.on('exit', (code, signal) => exit.resolve({ code, signal }));
  const giveUpOnExit = async () => {
    await clock.sleep(limits.pipeGraceMs, { unref: true });
    exit.resolve({ code: null, signal: null });
  };
  giveInput(child, options.stdin);

  const finish = async (): Promise<ProcessEnd> => {
    const { code, signal } = await exit.promise;
    cancelDeadline?.();
    options.signal?.removeEventListener('abort', onAbort);
    reason ??= 'exited';
    const isClosed = await within(clock, limits.pipeGraceMs, hasClosed);
    if (!isClosed || isGroupAlive(tree.pid)) void end('exited');
    child.stdout?.destroy();
    const failure = await file?.close();
    const output = failure === undefined ? kept.text() : `${kept.text()}\n[The output file is incomplete: ${failure}]`;
    return {
      reason,
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      output,
      omittedBytes: kept.omittedBytes(),
      durationMs: clock.monotonic() - begin,
    };
  };
  const stop = async () => {
    await end('stopped');
    await done;
  };
  const done = finish();
  void done.then(() => ending).then(() => trees.delete(tree));
  return { pid: tree.pid, done, output: () => kept.text(), stop };
}

/** Resolves when nothing holds the output open any more. */
function readOutput(
  child: ChildProcess,
  kept: KeptOutput,
  file: OutputFile | undefined,
  onOutput: SpawnOptions['onOutput'],
): Promise<void> {
  const { stdout } = child;
  if (!stdout) return Promise.resolve();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  stdout.on('data', (chunk: Buffer) => {
    kept.add(chunk);
    if (onOutput) onOutput(decoder.decode(chunk, { stream: true }));
    if (file?.add(chunk) !== false) return;
    stdout.pause();
    void file.drained().then(() => stdout.resume());
  });
  // A reset of the pipe says no more than its end does.
  stdout.on('error', () => {});
  return new Promise(resolve => stdout.on('close', resolve));
}

function giveInput(child: ChildProcess, text: string | undefined): void {
  if (text === undefined || !child.stdin) return;
  // A command that does not read its input (EPIPE) has not failed for that.
  child.stdin.on('error', () => {});
  child.stdin.end(text);
}

function failedToSpawn(child: ChildProcess): RunningProcess {
  const failed = new Promise<ProcessEnd>(resolve =>
    child.on('error', error => resolve(endWithoutRun('not-started', messageOf(error)))),
  );
  return { pid: undefined, done: failed, output: () => '', stop: async () => void (await failed) };
}

function notRun(reason: 'stopped' | 'not-started', message: string | undefined): RunningProcess {
  return {
    pid: undefined,
    done: Promise.resolve(endWithoutRun(reason, message)),
    output: () => '',
    stop: () => Promise.resolve(),
  };
}

function endWithoutRun(reason: 'stopped' | 'not-started', message: string | undefined): ProcessEnd {
  const end = { reason, exitCode: undefined, signal: undefined, output: '', omittedBytes: 0, durationMs: 0 };
  return message === undefined ? end : { ...end, message };
}
