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
import { levelsUpToRoot } from './core/workspace.ts';
import { createLiveHub } from './engine/live.ts';
import { readMemory, type Surroundings } from './engine/prompt.ts';
import { type Choice, chooseModel } from './models/choose.ts';
import { createModels, type ExtraProvider } from './models/create-models.ts';
import type { Models } from './models/model.ts';
import { createPlaybookLoader } from './models/playbook/load.ts';
import { createPlaybookModel } from './models/playbook/model.ts';
import { keyProblem, type ProviderConfig, providersFrom } from './models/provider-config.ts';
import { createDecide } from './permissions/decide.ts';
import { isReadOnlyCommand } from './permissions/read-only.ts';
import { assetDirectory } from './platform/assets.ts';
import { systemClock } from './platform/clock.ts';
import { startDetached } from './platform/detach.ts';
import { openFileLog } from './platform/file-log.ts';
import { createNodeFiles } from './platform/files.ts';
import { createHttpGet } from './platform/http-get.ts';
import { lockHolderOf } from './platform/lock-holder.ts';
import { endOrphans } from './platform/orphans.ts';
import { directoriesOf, makeDirectories } from './platform/paths.ts';
import { isProcessAlive } from './platform/process-alive.ts';
import { createNodeProcesses } from './platform/processes.ts';
import { systemRandom } from './platform/random.ts';
import { ripgrepPath } from './platform/ripgrep.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import type { Program, ProviderView, Rehearsal } from './tasks/program.ts';
import { createTranscripts } from './tasks/transcripts.ts';
import { workerLogPath } from './tasks/worker-log.ts';
import type { BaseDeps } from './tasks/working.ts';
import { createWorktrees } from './tasks/worktree.ts';
import { createTools } from './tools/index.ts';

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

/**
 * Opens the store and puts everything together; `rehearsal` goes around its models and tools. AppError when a folder or the database cannot be
 * used.
 */
export async function openProgram(home: Home, rehearsal?: Rehearsal): Promise<Program> {
  const { config, files } = home;
  await makeDirectories(files, { state: config.stateDir, config: config.configDir, cache: config.cacheDir });
  const clock = systemClock;
  const random = systemRandom;
  const log = openFileLog(join(config.stateDir, 'legwork.log'), config.logLevel);
  let tellTrouble: (message: string) => void = () => undefined;
  const store = await openSqliteStore({
    path: config.databasePath,
    clock,
    random,
    files,
    log,
    lockHolder: lockHolderOf,
    onTrouble: message => tellTrouble(message),
  });
  const ids = createIds(clock, random);
  await ensureUser(store, home.user, clock.now());
  const playbook = playbooks(home);
  const models = createModels({
    providers: config.providers,
    clock,
    random,
    log,
    limits: config.limits,
    extra: { playbook: rehearsal ? { ...playbook, model: rehearsal.model(playbook.model) } : playbook },
    prices: config.prices,
    requestsPerModel: config.requestsPerModel,
    proxyEnv: readProcessEnvironment(),
  });
  const version = await readVersion(files);
  const processes = createNodeProcesses(clock);
  const tools = createTools({
    files,
    processes,
    env: config.toolEnvironment,
    stateDir: config.stateDir,
    clock,
    httpGet: createHttpGet(clock, `legwork/${version}`),
    get ripgrepPath() {
      return ripgrepPath();
    },
    home: config.home,
    isReadOnlyCommand,
    allowsPrivateAddresses: false,
    commandTimeoutMs: config.limits.commandTimeoutMs,
  });
  const worktreeDirectory = join(config.stateDir, 'worktrees');
  const base: BaseDeps = {
    store,
    models: rehearsal ? onlyModel(models, rehearsal.handle) : models,
    decide: createDecide({
      home: config.home,
      ownPaths: [config.stateDir, config.configDir],
      workPaths: [worktreeDirectory],
    }),
    clock,
    ids,
    limits: config.limits,
    log,
    live: createLiveHub(),
    agents: agentsOf(home),
    transcripts: createTranscripts({
      store,
      files,
      directory: join(config.stateDir, 'transcripts'),
      limits: config.limits,
      log,
    }),
    worktrees: createWorktrees({
      processes,
      files,
      directory: worktreeDirectory,
      env: config.toolEnvironment,
      limits: config.limits,
    }),
    tools: rehearsal ? rehearsal.tools(tools.tools) : tools.tools,
    surroundings: createSurroundings(home, clock.now),
    isAlive: isProcessAlive,
    endOrphans,
  };
  return {
    base,
    store,
    files,
    limits: config.limits,
    user: home.user,
    pid: home.pid,
    host: home.host,
    workspace: config.workspace,
    home: config.home,
    stateDir: config.stateDir,
    configDir: config.configDir,
    cacheDir: config.cacheDir,
    userSettingsPath: config.userSettingsPath,
    providers: config.providers.map(provider => viewOf(provider, config.limits)),
    get ripgrepPath() {
      return ripgrepPath();
    },
    runtime: `node ${process.version}, ${process.platform} ${process.arch}`,
    version,
    color: config.color,
    lateNotifications: config.lateNotifications,
    onExit: config.onExit,
    warnings: config.warnings,
    detach: args =>
      startDetached({
        command: process.execPath,
        args: [...process.execArgv, entryFile(), ...args],
        cwd: config.workspace,
        logOf: pid => workerLogPath(config.stateDir, pid),
        kept: config.limits.workerLogs,
      }),
    policy: { mode: config.permissionMode, rules: config.rules, roots: [config.workspace] },
    chooseModel: async () => {
      const choice = await chooseDefault(home, models.check, log);
      return { ...choice, isFallback: config.model === undefined && choice.handle.startsWith('playbook/') };
    },
    onTrouble: listener => {
      tellTrouble = listener;
    },
    async close() {
      await Promise.race([tools.dispose(), clock.sleep(config.limits.leaveCommandsMs, { unref: true })]);
      processes.killAll();
      await store.close();
      await log.close();
    },
  };
}

function playbooks({ config, files }: Home): ExtraProvider {
  const demo = () => files.readText(join(assetDirectory('models/playbooks'), 'demo.yaml'));
  const resolve = (name: string) => join(name.startsWith('/') ? '/' : config.workspace, name);
  const load = createPlaybookLoader({ files, resolve, builtIn: { demo } });
  return {
    model: createPlaybookModel({ clock: systemClock, load, limits: config.limits }),
    check(name) {
      if (name === '')
        throw new AppError('bad-input', 'playbook/ needs a name: playbook/demo, or the path of a .yaml file');
      return `playbook/${name}`;
    },
    ready: async name => void (await load(name)),
    facts: handle => ({ handle, contextWindow: 200_000 }),
  };
}

/** One model plays all: what was asked for is kept in the log, what is asked is that one. */
function onlyModel(models: Models, handle: string): Models {
  return {
    stream: (request, signal) => models.stream({ ...request, model: handle }, signal),
    facts: () => models.facts(handle),
    check: async asked => asked,
    cap: () => models.cap(handle),
  };
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

/** What a prompt says of a workspace; read once for each of the newest, again when that failed. */
function createSurroundings({ config, files }: Home, now: () => number) {
  const known = new Map<string, Promise<{ at: Surroundings; memory: string }>>();
  const read = async (cwd: string) => {
    const levels = await levelsUpToRoot(files, cwd);
    const isRepository = (await Promise.all(levels.map(level => files.stat(join(level, '.git'))))).some(
      stat => stat !== undefined,
    );
    const today = new Date(now()).toISOString().slice(0, 10);
    const at: Surroundings = { cwd, home: config.home, levels, platform: process.platform, today, isRepository };
    const userFolders = [config.configDir, join(config.home, '.claude')];
    return { at, memory: await readMemory(files, at, userFolders, config.limits) };
  };
  return (cwd: string) => {
    const before = known.get(cwd);
    if (before) return before;
    const found = read(cwd);
    known.set(cwd, found);
    const [oldest] = known.keys();
    if (known.size > config.limits.workspacesRemembered && oldest !== undefined) known.delete(oldest);
    found.catch(() => known.delete(cwd));
    return found;
  };
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
