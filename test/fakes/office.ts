import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { buildMain } from '../../src/cli.ts';
import type { CommandContext } from '../../src/commands/command.ts';
import { subcommands } from '../../src/commands/index.ts';
import { loadConfig } from '../../src/config.ts';
import { isFault } from '../../src/core/error.ts';
import { exitCodeOf } from '../../src/core/exit-code.ts';
import type { UserId } from '../../src/core/ids.ts';
import type { Io } from '../../src/core/ports.ts';
import { toolNames } from '../../src/core/tool-names.ts';
import { groundOf } from '../../src/ground.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { directoriesOf } from '../../src/platform/paths.ts';
import type { Program } from '../../src/tasks/program.ts';
import { startWorking, type Working } from '../../src/tasks/working.ts';
import { type Home, openProgram } from '../../src/wire.ts';
import { builtProgram } from './built-program.ts';
import { createFolder } from './folder.ts';

const playbook = `name: office
replies:
  - when: { contains: fail now }
    fault: { status: 400, message: no luck }
  - when: { contains: take long }
    say: at last
    delay_ms: 600000
default: { say: 'done: {{input | cut 200}}' }
`;

export type Ran = { readonly code: number; readonly out: string; readonly err: string };
export type Office = Awaited<ReturnType<typeof createOffice>>;

/** An installation in a temporary directory, with a script for a model: commands run in this process (`run`) or in one of their own (`start`). */
export async function createOffice(more: Readonly<Record<string, string>> = {}) {
  const folder = await createFolder('office');
  const root = folder.path;
  const cwd = join(root, 'project');
  await mkdir(join(cwd, '.git'), { recursive: true });
  const script = join(root, 'office.yaml');
  await writeFile(script, playbook);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    LEGWORK_HOME: join(root, 'home'),
    LEGWORK_MODEL: `playbook/${script}`,
    OLLAMA_HOST: '127.0.0.1:9',
    ...more,
  };
  const programs: Program[] = [];
  const workings: Working[] = [];
  const children = new Set<ReturnType<typeof spawn>>();

  async function home(): Promise<Home> {
    const files = createNodeFiles();
    const directories = directoriesOf({ env, home: root, platform: process.platform });
    const config = await loadConfig({
      env,
      flags: {},
      cwd,
      home: root,
      directories,
      files,
      knownTools: toolNames,
      providersFrom,
    });
    const user = 'user_local' as UserId; // the one user of an installation
    return { config, files, user, pid: process.pid, host: hostname() };
  }

  async function open(): Promise<Program> {
    const program = await openProgram(await home());
    programs.push(program);
    return program;
  }

  async function run(...argv: string[]): Promise<Ran> {
    const { io, taken } = createPipe();
    let code = 0;
    const context: CommandContext = {
      io,
      signal: new AbortController().signal,
      main: () => buildMain(subcommands, async () => undefined),
      open: async () => programs[0] ?? open(),
      ground: async () => groundOf(await home()),
      exit: wanted => {
        code = wanted;
      },
    };
    try {
      const build = await subcommands.find(one => one.name === argv[0])?.load();
      await build?.(context).parseAsync(argv.slice(1), { from: 'user' });
    } catch (error) {
      if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2;
      else if (isFault(error)) {
        io.err(`legwork: ${error.message}\n`);
        code = exitCodeOf(error);
      } else throw error;
    }
    return { code, ...taken() };
  }

  /** A real process of the program. */
  function start(...argv: string[]) {
    const child = spawn(process.execPath, [builtProgram, ...argv], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let out = '';
    let err = '';
    child.stdout.on('data', chunk => {
      out += chunk;
    });
    child.stderr.on('data', chunk => {
      err += chunk;
    });
    const done = once(child, 'close').then(([code]): Ran => {
      children.delete(child);
      return { code: Number(code), out, err };
    });
    return { child, done };
  }

  return {
    root,
    cwd,
    script,
    open,
    run,
    start,
    ground: async () => groundOf(await home()),
    program: async () => programs[0] ?? open(),
    json: async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).out),
    /** Begins to run tasks in this process. */
    async work() {
      const program = programs[0] ?? (await open());
      const { base, pid, host } = program;
      const working = await startWorking(base, {
        kind: 'test',
        pid,
        host,
        chatIds: () => undefined,
        canAsk: () => false,
      });
      workings.push(working);
    },
    async close() {
      for (const working of workings) await working.close();
      for (const program of programs) await program.close();
      await folder.remove();
    },
  };
}

function createPipe(): { io: Io; taken: () => { out: string; err: string } } {
  let out = '';
  let err = '';
  const io: Io = {
    async out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    async *input() {},
    isOutTerminal: false,
    isErrTerminal: false,
    isInTerminal: false,
    columns: () => 80,
  };
  return { io, taken: () => ({ out, err }) };
}
