import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Clock, Files, ProcessEnd, Processes, RunningProcess } from '../core/ports.ts';

export type ShellPorts = {
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  /** All that commands find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The program's state directory; output goes under `commands/<chat>/`. */
  readonly stateDir: string;
};

export type Shell = {
  readonly id: string;
  readonly chatId: ChatId;
  readonly command: string;
  readonly outputFile: string;
  readonly process: RunningProcess;
  /** Set once it is over. */
  end: ProcessEnd | undefined;
};

/** The background shells of this process. They end with it. */
export type Shells = {
  /** Starts one; `AppError('conflict')` when too many of the chat are running. */
  start(
    command: string,
    options: { chatId: ChatId; cwd: string; timeoutMs: number | undefined; outputFile: string },
  ): Shell;
  /** Shells of another chat are not found. */
  find(chatId: ChatId, id: string): Shell | undefined;
  idsOf(chatId: ChatId): string[];
  /** Ends all of them and what they started. */
  dispose(): Promise<void>;
};

export function createShells(ports: ShellPorts): Shells {
  const shells = new Map<string, Shell>();
  let made = 0;
  const of = (chatId: ChatId) => [...shells.values()].filter(shell => shell.chatId === chatId);
  return {
    start(command, { chatId, cwd, timeoutMs, outputFile }) {
      const running = of(chatId).filter(shell => !shell.end);
      if (running.length >= limits.shellsRunning)
        throw new AppError(
          'conflict',
          `${running.length} background shells are running, the most there may be. End one with KillShell: ${running.map(shell => shell.id).join(', ')}.`,
        );
      made += 1;
      // With the time: ids of an earlier run stand in the conversation and must not come to mean another shell.
      const id = `shell_${ports.clock.now().toString(36)}_${made}`;
      const process = startShell(ports, command, {
        cwd,
        timeoutMs,
        outputFile,
        maxOutputBytes: limits.shellOutputBytes,
      });
      const shell: Shell = { id, chatId, command, outputFile, process, end: undefined };
      shells.set(id, shell);
      void process.done.then(end => {
        shell.end = end;
        forgetOldest(shells, of(chatId));
      });
      return shell;
    },
    find(chatId, id) {
      const shell = shells.get(id);
      return shell?.chatId === chatId ? shell : undefined;
    },
    idsOf: chatId => of(chatId).map(shell => shell.id),
    async dispose() {
      await Promise.all([...shells.values()].filter(shell => !shell.end).map(shell => shell.process.stop()));
    },
  };
}

type StartOptions = {
  readonly cwd: string;
  readonly timeoutMs: number | undefined;
  readonly outputFile: string;
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
};

/** Runs a command line by bash, without anybody's start-up files. */
export function startShell(ports: ShellPorts, command: string, options: StartOptions): RunningProcess {
  return ports.processes.start('bash', ['--noprofile', '--norc', '-c', command], {
    ...options,
    env: ports.env,
    maxFileBytes: limits.commandFileBytes,
  });
}

/** Where the output of a call goes; makes the directories, 0700. Ids of calls come from models and may hold anything. */
export async function outputFileOf(ports: ShellPorts, chatId: string, turnId: string, callId: string): Promise<string> {
  const safe = (text: string) => text.replace(/[^\w-]/g, '_').slice(0, 80);
  const directory = join(ports.stateDir, 'commands', safe(chatId));
  await ports.files.makeDirectory(directory, { mode: 0o700 });
  return join(directory, `${safe(turnId)}-${safe(callId)}.log`);
}

function forgetOldest(shells: Map<string, Shell>, ofChat: readonly Shell[]): void {
  const ended = ofChat.filter(shell => shell.end);
  for (const shell of ended.slice(0, Math.max(0, ended.length - limits.shellsRemembered))) shells.delete(shell.id);
}
