import { CommanderError } from 'commander';
import { buildMain, type InteractiveOptions, type MainOptions } from './cli.ts';
import type { CommandContext, GlobalFlags } from './commands/command.ts';
import { subcommands } from './commands/index.ts';
import { misspelt } from './commands/misspelt.ts';
import { AppError, ClosedOutput, isFault, messageOf } from './core/error.ts';
import { exitCodeOf, exitCodes } from './core/exit-code.ts';
import { limits } from './core/limits.ts';
import type { Io } from './core/ports.ts';
import { createProcessIo } from './platform/io.ts';
import type { Program, Rehearsal } from './tasks/program.ts';

/** Signals that end the program, and their numbers; the exit code is 128 and the number. */
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

// What stands when nothing is left to wait for and `main` has not come to its end: that is a bug, and no success.
process.exitCode = exitCodes.failed;
void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const io = createProcessIo();
  const stop = new AbortController();
  let code = 0;
  let bySignal: number | undefined;
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      // A terminal that goes away sends SIGHUP more than once: the system does, its shell does, and the version guard hands its own on.
      if (bySignal !== undefined && name === 'SIGHUP') return;
      if (bySignal !== undefined) process.exit(128 + number);
      bySignal = 128 + number;
      stop.abort(name);
      setTimeout(() => {
        io.err('legwork: something keeps it from leaving, so it ends here; what it was writing is cut\n');
        process.exit(bySignal);
      }, limits.leaveInAllMs).unref();
    });
  }
  let program: Program | undefined;
  process.on('SIGTSTP', () => stopBetweenCommits(program));
  const context: CommandContext = {
    io,
    signal: stop.signal,
    main: () => buildMain(subcommands, async () => undefined),
    exit: wanted => {
      code = wanted;
    },
    ground: async () => {
      const [wire, { groundOf }] = await Promise.all([import('./wire.ts'), import('./ground.ts')]);
      return groundOf(await wire.openHome({}, workingDirectory()));
    },
    open: async (flags = {}, rehearsal) => {
      program = await openProgram(flags, rehearsal);
      for (const warning of program.warnings) io.err(`legwork: ${warning}\n`);
      return program;
    },
  };
  try {
    await dispatch(argv, context);
  } catch (error) {
    code = stop.signal.aborted && error === stop.signal.reason ? exitCodes.failed : report(error, io);
  }
  try {
    await program?.close();
  } catch (error) {
    code = report(error, io) || code;
  }
  process.exit(bySignal ?? code);
}

/** Ctrl+Z. A process that is stopped in the middle of a commit keeps every other program from writing until it goes on. */
function stopBetweenCommits(program: Program | undefined): void {
  let isDone = false;
  const stop = () => {
    if (isDone) return;
    isDone = true;
    process.kill(process.pid, 'SIGSTOP');
  };
  // Whatever keeps it from coming to rest, it stops.
  if (program) program.store.atRest(stop).catch(stop);
  setTimeout(stop, program ? limits.stopMs : 0).unref();
}

async function openProgram(flags: GlobalFlags, rehearsal: Rehearsal | undefined): Promise<Program> {
  const wire = await import('./wire.ts');
  return wire.openProgram(await wire.openHome(flags, workingDirectory()), rehearsal);
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new AppError('usage', 'the working directory was deleted; go to one that exists', { cause });
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<void> {
  const [first] = argv;
  const subcommand = subcommands.find(candidate => candidate.name === first);
  if (subcommand) {
    const build = await subcommand.load();
    const command = build(context).exitOverride();
    await command.parseAsync([...argv.slice(1)], { from: 'user' });
    return;
  }
  await refuseSlip(argv, context);
  const command = buildMain(subcommands, options => run(options, context));
  await command.parseAsync([...argv], { from: 'user' });
}

/** A misspelt subcommand is said to be one, instead of being sent to a model. */
async function refuseSlip(argv: readonly string[], context: CommandContext): Promise<void> {
  const names = subcommands.map(({ name }) => name);
  const meant = await misspelt(argv, names, async name => {
    const build = await subcommands.find(one => one.name === name)?.load();
    return build?.(context).commands.map(command => command.name()) ?? [];
  });
  if (meant === undefined) return;
  const advice = `did you mean "legwork ${[meant, ...argv.slice(1)].join(' ')}"? To say it to the agent: legwork -- ${argv.join(' ')}`;
  throw new AppError('usage', `there is no subcommand "${argv[0]}"; ${advice}`);
}

async function run(options: MainOptions, context: CommandContext): Promise<void> {
  if (options.isPrint) {
    const { runHeadless } = await import('./headless/run.ts');
    return context.exit(await runHeadless(await context.open(options.flags), options.headless, context));
  }
  const { io, signal } = context;
  const program = await context.open(options.flags);
  const isDrawn = io.isInTerminal && io.isOutTerminal && !program.display.isPlain;
  context.exit(await (isDrawn ? runInTerminal : runInLines)(program, options.interactive, { io, signal }));
}

type Talk = (program: Program, options: InteractiveOptions, on: { io: Io; signal: AbortSignal }) => Promise<number>;

const runInTerminal: Talk = async (program, options, { signal }) => {
  const [{ runTui }, { createTerminalDevice }] = await Promise.all([
    import('./tui/run.ts'),
    import('./platform/terminal-device.ts'),
  ]);
  return runTui(program, options, { device: createTerminalDevice(), signal });
};

const runInLines: Talk = async (program, options, { io, signal }) => {
  const [{ runPlain }, { createKeyboard }] = await Promise.all([
    import('./plain/run.ts'),
    import('./platform/keyboard.ts'),
  ]);
  return runPlain(program, options, { io, signal, keyboard: createKeyboard() });
};

/** Says what was wrong, without a stack, and returns the exit code. A bug is logged with its stack. */
function report(error: unknown, io: Io): number {
  if (error instanceof ClosedOutput) return exitCodes.done;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (isFault(error)) {
    io.err(`legwork: ${error.message}\n`);
    return exitCodeOf(error);
  }
  io.err(`legwork: this is a bug: ${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  return exitCodes.failed;
}
