import type { Config } from './config.ts';
import type { AgainOptions, Ground } from './core/ground.ts';
import { factsOf, rulesFrom } from './models/catalog.ts';
import { costOf } from './models/cost.ts';
import { systemClock } from './platform/clock.ts';
import { crashNow } from './platform/crash.ts';
import { createNodeProcesses, type NodeProcesses } from './platform/processes.ts';
import { processesIn } from './platform/processes-in.ts';
import { systemRandom } from './platform/random.ts';
import { copyTree, makeScratch } from './platform/scratch.ts';
import { vitals } from './platform/vitals.ts';
import { agentsOf, entryFile, type Home } from './wire.ts';

/** What stands without a store; touches nothing of the user's. */
export async function groundOf(home: Home): Promise<Ground> {
  const { config, files } = home;
  const prices = rulesFrom(config.prices);
  // One for all: each keeps a guard of its own until this process ends.
  const processes = createNodeProcesses(systemClock);
  return {
    files,
    clock: systemClock,
    workspace: config.workspace,
    home: config.home,
    configDir: config.configDir,
    limits: config.limits,
    limitSources: config.limitSources,
    color: config.color,
    model: config.model?.handle,
    agents: agentsOf(home),
    costOf: (model, usage) => costOf(usage, factsOf(model, prices, false)),
    makeScratch,
    copyTree,
    again: (args, options) => again(processes, config, args, options),
    processesIn,
    crash: crashNow,
    vitals,
    newSeed: () => Math.floor(systemRandom.next() * 2 ** 31),
  };
}

function again(
  processes: NodeProcesses,
  config: Config,
  args: readonly string[],
  { cwd, env, signal, onOutput }: AgainOptions,
) {
  const { PATH = '' } = config.toolEnvironment;
  // Told to end, it ends its processes at once: they are there to be killed, and it has little time to clear up after them.
  signal.addEventListener('abort', () => processes.killAll(), { once: true });
  return processes.start(process.execPath, [...process.execArgv, entryFile(), ...args], {
    cwd,
    env: { PATH, ...env },
    signal,
    onOutput,
    maxOutputBytes: config.limits.commandOutputBytes,
  });
}
