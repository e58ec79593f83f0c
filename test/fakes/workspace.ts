import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { onTestFinished } from 'vitest';
import type { ChatId, TurnId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import type { Clock, HttpGet } from '../../src/core/ports.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createHttpGet } from '../../src/platform/http-get.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import { createTools } from '../../src/tools/index.ts';
import { parseInput } from '../../src/tools/spec.ts';
import type { FileLedger, ToolContext, ToolResult } from '../../src/tools/tool.ts';
import { createFolder } from './folder.ts';

/** An empty temporary directory, real path; gone after the test, and every process that was started in it. */
export async function temporaryDirectory(): Promise<string> {
  const folder = await createFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** All tools on real files and processes in a temporary directory; everything is gone after the test. */
export async function createWorkspace(
  options: {
    allowsPrivateAddresses?: boolean;
    httpGet?: HttpGet;
    env?: Record<string, string>;
    clock?: Clock;
    ripgrepPath?: string;
    commandTimeoutMs?: number;
  } = {},
) {
  const root = await temporaryDirectory();
  const { clock = systemClock } = options;
  const files = createNodeFiles();
  const cwd = join(root, 'work');
  await files.makeDirectory(cwd);
  const toolbox = createTools({
    commandTimeoutMs: options.commandTimeoutMs ?? limits.commandTimeoutMs,
    files,
    processes: createNodeProcesses(clock),
    clock,
    httpGet: options.httpGet ?? createHttpGet(systemClock, 'test'),
    env: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, ...options.env },
    ripgrepPath: options.ripgrepPath ?? rgPath,
    stateDir: join(root, 'state'),
    home: join(root, 'home'),
    isReadOnlyCommand: command => command === 'ls',
    allowsPrivateAddresses: options.allowsPrivateAddresses ?? false,
  });
  onTestFinished(() => toolbox.dispose());

  const toolNamed = (name: string) => {
    const tool = toolbox.tools.find(candidate => candidate.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    return tool;
  };
  let calls = 0;
  /** A call as the loop makes it: parsed, then run. */
  const use = async (name: string, raw: unknown, context: Partial<ToolContext> = {}): Promise<ToolResult> => {
    const tool = toolNamed(name);
    const parsed = parseInput(tool, raw);
    if (!parsed.ok) return { text: parsed.message, isError: true };
    calls += 1;
    return tool.run(parsed.input, { ...defaults, callId: `call_${calls}`, ...context });
  };
  const defaults: ToolContext = {
    signal: new AbortController().signal,
    chatId: 'chat_1' as ChatId, // any text will do
    lane: 'main',
    turnId: 'turn_1' as TurnId, // likewise
    callId: 'call_0',
    isRepeat: false,
    cwd,
    files: createLedger(),
    progress: () => {},
    ask: async () => ({ kind: 'nobody', message: 'Nobody is there.' }),
  };
  return { root, cwd, files, toolbox, toolNamed, use, path: (name: string) => join(cwd, name) };
}

/** What one lane remembers of files. */
export function createLedger(): FileLedger {
  const seen = new Map<string, string>();
  return { seen: path => seen.get(path), saw: (path, fingerprint) => void seen.set(path, fingerprint) };
}
