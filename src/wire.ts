import { hostname } from 'node:os';
import { join } from 'node:path';
import { createAgents } from './agents/agents.ts';
import { readBuiltIns } from './agents/discover.ts';
import { writtenShelf } from './agents/written-shelf.ts';
import { type Config, type ConfigFlags, loadConfig, readProcessEnvironment } from './config.ts';
import type { Agents } from './core/agent.ts';
import { AppError } from './core/error.ts';
import { createIds, type UserId } from './core/ids.ts';
import type { Limits } from './core/limits.ts';
import type { Files, Log } from './core/ports.ts';
import { toolNames } from './core/tool-names.ts';
import { createLiveHub } from './engine/live.ts';
import { createSurroundings } from './engine/surroundings.ts';
import { type Choice, chooseModel } from './models/choose.ts';
import { createModels } from './models/create-models.ts';
import type { Models } from './models/model.ts';
import { onlyModel } from './models/only-model.ts';
import { createPlaybooks } from './models/playbook/provider.ts';
import { keyProblem, type ProviderConfig, providersFrom } from './models/provider-config.ts';
import { createDecide } from './permissions/decide.ts';
import type { Rule } from './permissions/policy.ts';
import { isReadOnlyCommand } from './permissions/read-only.ts';
import { policyOf, runnerOf, settingsOf } from './person.ts';
import { assetDirectory } from './platform/assets.ts';
import { systemClock } from './platform/clock.ts';
import { startDetached } from './platform/detach.ts';
import { type FileLog, openFileLog } from './platform/file-log.ts';
import { createNodeFiles } from './platform/files.ts';
import { createHttpGet } from './platform/http-get.ts';
import { lockHolderOf } from './platform/lock-holder.ts';
import { endOrphans } from './platform/orphans.ts';
import { directoriesOf, makeDirectories } from './platform/paths.ts';
import { isProcessAlive } from './platform/process-alive.ts';
import { createNodeProcesses, type NodeProcesses } from './platform/processes.ts';
import { systemRandom } from './platform/random.ts';
import { ripgrepPath } from './platform/ripgrep.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import type { Program, ProviderView, Rehearsal } from './tasks/program.ts';
import { createTranscripts } from './tasks/transcripts.ts';
import { workerLogPath } from './tasks/worker-log.ts';
import type { BaseDeps } from './tasks/working.ts';
import { createWorktrees } from './tasks/worktree.ts';
import { createTools, type Toolbox } from './tools/index.ts';

export type Home = {
  readonly config: Config<ProviderConfig>;
  readonly files: Files;
  readonly user: UserId;
  readonly pid: number;
  readonly host: string;
};

/** The one local user of an installation. */
const localUser = 'user_local' as UserId;

/** Reads the configuration; touches nothing on disk. */
export async function openHome(flags: ConfigFlags, cwd: string): Promise<Home> {
  const env = readProcessEnvironment();
  const files = createNodeFiles();
  const home = env.HOME ?? '/';
  const directories = directoriesOf({ env, home, platform: process.platform });
  const config = await loadConfig({ env, flags, cwd, home, directories, files, knownTools: toolNames, providersFrom });
  return { config, files, user: localUser, pid: process.pid, host: hostname() };
}

type Parts = {
  readonly log: FileLog;
  readonly store: Store;
  readonly models: Models;
  readonly processes: NodeProcesses;
  readonly toolbox: Toolbox;
  readonly rehearsal: Rehearsal | undefined;
};

/**
 * Opens the store and puts everything together; `rehearsal` goes around its models and tools. AppError when a folder or the database cannot be
 * used.
 */
export async function openProgram(home: Home, rehearsal?: Rehearsal): Promise<Program> {
  const { config, files } = home;
  await makeDirectories(files, { state: config.stateDir, config: config.configDir, cache: config.cacheDir });
  const log = openFileLog(join(config.stateDir, 'legwork.log'), config.logLevel);
  let tellTrouble: (message: string) => void = () => undefined;
  const store = await openStore(home, log, message => tellTrouble(message));
  const version = await readVersion(files);
  const processes = createNodeProcesses(systemClock);
  const models = modelsOf(home, log, rehearsal);
  const parts = { log, store, models, processes, toolbox: toolboxOf(home, processes, version), rehearsal };
  const added: Rule[] = [];
  return {
    ...factsOf(home, version),
    policy: policyOf(config, added),
    base: baseOf(home, parts),
    store,
    get ripgrepPath() {
      return ripgrepPath();
    },
    get timeZone() {
      return new Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    detach: args => detach(home, args),
    settings: settingsOf(home, rule => added.push(rule)),
    run: runnerOf(home, processes),
    chooseModel: async () => {
      const choice = await chooseDefault(home, models.check, log);
      return { ...choice, isFallback: config.model === undefined && choice.handle.startsWith('playbook/') };
    },
    onTrouble: listener => {
      tellTrouble = listener;
    },
    close: () => closeParts(parts, config.limits),
  };
}

async function openStore(home: Home, log: Log, onTrouble: (message: string) => void): Promise<Store> {
  const { config, files } = home;
  const store = await openSqliteStore({
    path: config.databasePath,
    clock: systemClock,
    random: systemRandom,
    files,
    log,
    lockHolder: lockHolderOf,
    onTrouble,
  });
  await ensureUser(store, home.user, systemClock.now());
  return store;
}

function modelsOf({ config, files }: Home, log: Log, rehearsal: Rehearsal | undefined): Models {
  const playbook = createPlaybooks({
    files,
    clock: systemClock,
    limits: config.limits,
    resolve: name => join(name.startsWith('/') ? '/' : config.workspace, name),
    demo: () => files.readText(join(assetDirectory('models/playbooks'), 'demo.yaml')),
  });
  return createModels({
    providers: config.providers,
    clock: systemClock,
    random: systemRandom,
    log,
    limits: config.limits,
    extra: { playbook: rehearsal ? { ...playbook, model: rehearsal.model(playbook.model) } : playbook },
    prices: config.prices,
    requestsPerModel: config.requestsPerModel,
    proxyEnv: readProcessEnvironment(),
  });
}

function toolboxOf({ config, files }: Home, processes: NodeProcesses, version: string): Toolbox {
  return createTools({
    files,
    processes,
    env: config.toolEnvironment,
    stateDir: config.stateDir,
    clock: systemClock,
    httpGet: createHttpGet(systemClock, `legwork/${version}`),
    get ripgrepPath() {
      return ripgrepPath();
    },
    home: config.home,
    isReadOnlyCommand,
    allowsPrivateAddresses: false,
    commandTimeoutMs: config.limits.commandTimeoutMs,
  });
}

function baseOf(home: Home, { log, store, models, processes, toolbox, rehearsal }: Parts): BaseDeps {
  const { config, files } = home;
  const { limits, stateDir, configDir } = config;
  const worktreeDirectory = join(stateDir, 'worktrees');
  return {
    store,
    models: rehearsal ? onlyModel(models, rehearsal.handle) : models,
    decide: createDecide({ home: config.home, ownPaths: [stateDir, configDir], workPaths: [worktreeDirectory] }),
    clock: systemClock,
    ids: createIds(systemClock, systemRandom),
    limits,
    log,
    live: createLiveHub(),
    agents: agentsOf(home),
    transcripts: createTranscripts({ store, files, directory: join(stateDir, 'transcripts'), limits, log }),
    worktrees: createWorktrees({
      processes,
      files,
      directory: worktreeDirectory,
      env: config.toolEnvironment,
      limits,
    }),
    tools: rehearsal ? rehearsal.tools(toolbox.tools) : toolbox.tools,
    surroundings: createSurroundings({
      files,
      home: config.home,
      userFolders: [configDir, join(config.home, '.claude')],
      platform: process.platform,
      limits,
      now: systemClock.now,
    }),
    isAlive: isProcessAlive,
    endOrphans,
  };
}

/** What is known before anything is opened. */
function factsOf({ config, files, user, pid, host }: Home, version: string) {
  return {
    files,
    limits: config.limits,
    user,
    pid,
    host,
    workspace: config.workspace,
    home: config.home,
    stateDir: config.stateDir,
    configDir: config.configDir,
    cacheDir: config.cacheDir,
    userSettingsPath: config.userSettingsPath,
    providers: config.providers.map(provider => viewOf(provider, config.limits)),
    runtime: `node ${process.version}, ${process.platform} ${process.arch}`,
    version,
    color: config.color,
    display: config.display,
    lateNotifications: config.lateNotifications,
    onExit: config.onExit,
    warnings: config.warnings,
    modeAsked: config.isModeAsked ? config.permissionMode : undefined,
  };
}

async function closeParts({ toolbox, processes, store, log }: Parts, limits: Limits): Promise<void> {
  await Promise.race([toolbox.dispose(), systemClock.sleep(limits.leaveCommandsMs, { unref: true })]);
  processes.killAll();
  await store.close();
  await log.close();
}

function detach({ config }: Home, args: readonly string[]) {
  return startDetached({
    command: process.execPath,
    args: [...process.execArgv, entryFile(), ...args],
    cwd: config.workspace,
    logOf: pid => workerLogPath(config.stateDir, pid),
    kept: config.limits.workerLogs,
  });
}

function viewOf(provider: ProviderConfig, limits: Limits): ProviderView {
  return {
    name: provider.name,
    problem: provider.problem ?? keyProblem(provider),
    isLocal: provider.isLocal,
    async list(signal, timeoutMs) {
      const { listModels } = await import('./models/list.ts');
      return listModels(provider, {
        clock: systemClock,
        limits,
        signal,
        timeoutMs,
        proxyEnv: readProcessEnvironment(),
      });
    },
  };
}

async function chooseDefault({ config }: Home, check: Models['check'], log: Log): Promise<Choice> {
  const probe = async (provider: ProviderConfig) => {
    const { listModels } = await import('./models/list.ts');
    return (await listModels(provider, { clock: systemClock, timeoutMs: config.limits.modelProbeMs })).models;
  };
  return chooseModel({ asked: config.model, providers: config.providers, check, probe, log });
}

/** What can be spawned in the workspace. */
export function agentsOf({ config, files }: Home): Agents {
  const { workspace: cwd, home } = config;
  const builtIns = async () => writtenShelf ?? readBuiltIns(await builtInAgents(files), toolNames);
  return createAgents({ files, cwd, home, builtIns, knownTools: toolNames });
}

async function builtInAgents(files: Files) {
  const folder = assetDirectory('agents/built-in');
  const names = (await files.list(folder)).filter(name => name.endsWith('.md'));
  return Promise.all(
    names.map(async name => ({ name: name.slice(0, -3), text: await files.readText(join(folder, name)) })),
  );
}

/** What this process was started with, so that another one can be started the same way. */
export function entryFile(): string {
  const [, file] = process.argv;
  if (!file) throw new AppError('store', 'the program does not know the file that it was started from');
  return file;
}

async function readVersion(files: Files): Promise<string> {
  const { version } = JSON.parse(await files.readText(join(assetDirectory('package'), 'package.json')));
  return String(version);
}

async function ensureUser(store: Store, id: UserId, now: number): Promise<void> {
  if (await store.user(id)) return;
  await store.write(tx => tx.putUser({ id, name: 'local', createdAt: now }));
}
