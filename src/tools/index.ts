import type { Clock, Files, HttpGet, Processes } from '../core/ports.ts';
import { askUserQuestionTool } from './ask-user-question.ts';
import { bashTool } from './bash.ts';
import { bashOutputTool } from './bash-output.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { killShellTool } from './kill-shell.ts';
import { createLocks } from './locks.ts';
import { createResolvePath } from './paths.ts';
import { readTool } from './read.ts';
import { createShells } from './shells.ts';
import { todoWriteTool } from './todo-write.ts';
import type { AnyTool } from './tool.ts';
import { webFetchTool } from './web-fetch.ts';
import { writeTool } from './write.ts';

export type ToolPorts = {
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly httpGet: HttpGet;
  /** All that commands find in their environment: no keys of providers. Must have a `PATH`. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the `rg` program. */
  readonly ripgrepPath: string;
  /** Where output files of commands go. */
  readonly stateDir: string;
  /** What `~` stands for. */
  readonly home: string;
  readonly isReadOnlyCommand: (command: string) => boolean;
  readonly allowsPrivateAddresses: boolean;
  readonly commandTimeoutMs: number;
};

export type Toolbox = {
  readonly tools: readonly AnyTool[];
  /** Ends every background shell; to be awaited before the process ends. */
  dispose(): Promise<void>;
};

/** The tools that work on the machine and the conversation. Those of tasks come from the tasks folder. */
export function createTools(ports: ToolPorts): Toolbox {
  const resolvePath = createResolvePath(ports.home);
  const locks = createLocks();
  const shells = createShells(ports);
  const tools = [
    readTool(ports.files, resolvePath),
    writeTool(ports.files, resolvePath, locks),
    editTool(ports.files, resolvePath, locks),
    globTool(ports.files, resolvePath, ports),
    grepTool(ports.files, resolvePath, ports),
    bashTool(ports, shells),
    bashOutputTool(ports.files, shells),
    killShellTool(shells),
    webFetchTool(ports),
    todoWriteTool,
    askUserQuestionTool,
  ];
  return { tools, dispose: shells.dispose };
}
