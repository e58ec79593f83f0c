import { join } from 'node:path';
import type { Display } from './core/display.ts';
import { AppError } from './core/error.ts';
import { type Limits, limits } from './core/limits.ts';
import type { OnExit } from './core/on-exit.ts';
import { parsePermissionMode } from './core/permission-mode.ts';
import type { Files } from './core/ports.ts';
import { narrower } from './permissions/mode.ts';
import type { PermissionMode, Rule, RuleKind } from './permissions/policy.ts';
import { parseRule } from './permissions/rule.ts';
import type { LimitSources } from './settings/choose-limits.ts';
import { type Layer, settingsLayers, untrustedKeys } from './settings/layers.ts';
import type { CustomProviderSetting, PriceSetting, Settings } from './settings/schema.ts';
import { toolEnvironment } from './settings/tool-environment.ts';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof logLevels)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line says, as words; undefined where it says nothing. */
export type ConfigFlags = {
  readonly model?: string | undefined;
  readonly permissionMode?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly ask?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
  readonly onExit?: OnExit | undefined;
  readonly isScreenReader?: boolean | undefined;
};

export type ConfigInput<Provider> = {
  readonly env: Environment;
  readonly flags: ConfigFlags;
  /** Absolute. */
  readonly cwd: string;
  readonly home: string;
  readonly directories: { readonly state: string; readonly config: string; readonly cache: string };
  readonly files: Files;
  /** Names that rules may speak of; absent: any. */
  readonly knownTools?: readonly string[] | undefined;
  readonly providersFrom: (env: Environment, custom: readonly CustomProviderSetting[]) => readonly Provider[];
};

/** Everything that was set from outside, checked, for one run of the program. */
export type Config<Provider = unknown> = {
  readonly home: string;
  /** As given; `workspace` is its real path. */
  readonly cwd: string;
  readonly workspace: string;
  readonly stateDir: string;
  readonly configDir: string;
  readonly cacheDir: string;
  readonly databasePath: string;
  /** The file that `writeSetting` changes for this user. */
  readonly userSettingsPath: string;
  /** What was asked for and where; not checked. Absent when nobody chose. */
  readonly model: { readonly handle: string; readonly source: string } | undefined;
  readonly providers: readonly Provider[];
  readonly prices: Readonly<Record<string, PriceSetting>>;
  readonly permissionMode: PermissionMode;
  /** It was named for this run, by a flag or a variable. */
  readonly isModeAsked: boolean;
  readonly rules: readonly Rule[];
  readonly limits: Limits;
  /** Where each limit that was changed was set: `<path>:<line>`. */
  readonly limitSources: LimitSources;
  /** Most requests in flight, by model handle or `<provider>/*`. */
  readonly requestsPerModel: Readonly<Record<string, number>>;
  readonly lateNotifications: 'turn' | 'wait';
  readonly onExit: OnExit;
  readonly display: Display;
  /** `auto`: by whether the output is a terminal. */
  readonly color: 'auto' | 'never' | 'always';
  /** What is written to the program's own log: `LEGWORK_LOG`. */
  readonly logLevel: LogLevel;
  /** For tools and their children: without secrets. */
  readonly toolEnvironment: Readonly<Record<string, string>>;
  /** One line each, for stderr: unknown keys, and what a project set that does not act. */
  readonly warnings: readonly string[];
};

/** The environment of this process; nobody else reads it. */
export function readProcessEnvironment(): Environment {
  return { ...process.env };
}

/**
 * Puts flags, environment and settings files together: a flag wins over the environment, that over the project's local settings, those over
 * the project's, and those over the user's. What a project sets may narrow, never widen: the rest of it is ignored with a warning.
 * `AppError('bad-input')` for a settings file that is wrong, `AppError('usage')` for a wrong flag or variable.
 */
export async function loadConfig<Provider>(input: ConfigInput<Provider>): Promise<Config<Provider>> {
  const { env, flags, cwd, home, directories, files } = input;
  const workspace = await files.realPath(cwd);
  const layers = await settingsLayers(files, workspace, directories.config);
  const user = layers.find(layer => layer.kind === 'user')?.settings ?? {};
  const projects = layers.filter(layer => layer.kind !== 'user');
  return Object.freeze({
    home,
    cwd,
    workspace,
    stateDir: directories.state,
    configDir: directories.config,
    cacheDir: directories.cache,
    databasePath: join(directories.state, 'legwork.db'),
    userSettingsPath: join(directories.config, 'settings.json'),
    model: chosenModel(flags, env, layers),
    providers: input.providersFrom(env, user.providers ?? []),
    prices: user.prices ?? {},
    permissionMode: chosenMode(flags, env, layers),
    isModeAsked: flags.permissionMode !== undefined || !!env.LEGWORK_PERMISSION_MODE,
    rules: [...flagRules(input, workspace), ...layers.flatMap(layer => layerRules(layer, input))],
    ...(await chosenLimits(layers)),
    requestsPerModel: requestsPerModel(user, projects),
    lateNotifications: user.notify?.late ?? 'wait',
    onExit: flags.onExit ?? user.on_exit ?? 'ask',
    display: displayOf(env, flags, user),
    color: colorOf(env),
    logLevel: logLevelOf(env),
    toolEnvironment: toolEnvironment(env, user.tool_env),
    warnings: layers.flatMap(layer => [...layer.warnings, ...untrustedWarnings(layer)]),
  });
}

function logLevelOf(env: Environment): LogLevel {
  const text = env.LEGWORK_LOG || 'warn';
  const level = logLevels.find(one => one === text);
  if (!level) throw new AppError('usage', `LEGWORK_LOG must be one of ${logLevels.join(', ')} (received "${text}")`);
  return level;
}

function chosenModel(
  flags: ConfigFlags,
  env: Environment,
  layers: readonly Layer[],
): { handle: string; source: string } | undefined {
  if (flags.model !== undefined) return { handle: flags.model, source: '--model' };
  if (env.LEGWORK_MODEL) return { handle: env.LEGWORK_MODEL, source: 'LEGWORK_MODEL' };
  const layer = layers.find(candidate => candidate.settings.model !== undefined);
  return layer?.settings.model === undefined ? undefined : { handle: layer.settings.model, source: layer.path };
}

function chosenMode(flags: ConfigFlags, env: Environment, layers: readonly Layer[]): PermissionMode {
  if (flags.permissionMode !== undefined) return modeOf(flags.permissionMode, '--permission-mode', 'usage');
  const fromEnv = env.LEGWORK_PERMISSION_MODE;
  const user = layers.find(layer => layer.kind === 'user');
  const own = fromEnv ? modeOf(fromEnv, 'LEGWORK_PERMISSION_MODE', 'usage') : ((user && layerMode(user)) ?? 'ask');
  return layers
    .filter(layer => layer.kind !== 'user')
    .reduce((mode, layer) => narrower(mode, layerMode(layer) ?? mode), own);
}

function layerMode(layer: Layer): PermissionMode | undefined {
  const mode = layer.settings.permissions?.mode;
  return mode === undefined
    ? undefined
    : modeOf(mode, `${layer.path}:${layer.lineOf(['permissions', 'mode'])}`, 'bad-input');
}

function modeOf(text: string, source: string, fault: 'usage' | 'bad-input'): PermissionMode {
  const parsed = parsePermissionMode(text);
  if (!parsed.ok) throw new AppError(fault, `${source}: ${parsed.message}`);
  return parsed.mode;
}

const ruleKinds: readonly RuleKind[] = ['deny', 'ask', 'allow'];

function flagRules({ flags, home, knownTools }: ConfigInput<unknown>, workspace: string): Rule[] {
  return ruleKinds.flatMap(kind =>
    (flags[kind] ?? []).map(text =>
      parseRule(kind, text, { source: `--${kind}`, folder: workspace, home, knownTools }),
    ),
  );
}

function layerRules(layer: Layer, { home, knownTools }: ConfigInput<unknown>): Rule[] {
  return ruleKinds.flatMap(kind => {
    if (kind === 'allow' && layer.kind !== 'user') return [];
    const texts = layer.settings.permissions?.[kind] ?? [];
    return texts.map((text, index) => {
      const source = `${layer.path}:${layer.lineOf(['permissions', kind, index])}`;
      return parseRule(kind, text, { source, folder: layer.folder, home, knownTools });
    });
  });
}

/** What can be set is looked up only where a file sets something: most starts need none of it. */
async function chosenLimits(layers: readonly Layer[]): Promise<{ limits: Limits; limitSources: LimitSources }> {
  if (layers.every(({ settings }) => settings.limits === undefined && settings.concurrency?.max === undefined))
    return { limits, limitSources: {} };
  const { chooseLimits } = await import('./settings/choose-limits.ts');
  return chooseLimits(layers);
}

function requestsPerModel(user: Settings, projects: readonly Layer[]): Record<string, number> {
  const caps = { ...user.concurrency?.per_model };
  for (const { settings } of projects) {
    for (const [handle, cap] of Object.entries(settings.concurrency?.per_model ?? {}))
      caps[handle] = Math.min(caps[handle] ?? cap, cap);
  }
  return caps;
}

function colorOf(env: Environment): Config['color'] {
  if (env.NO_COLOR) return 'never';
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return 'always';
  return env.FORCE_COLOR === '0' || env.TERM === 'dumb' ? 'never' : 'auto';
}

/** POSIX: the first of the three that is set decides; none means the C locale, which most systems no longer mean: only a locale that is named without UTF-8 is ASCII. */
function displayOf(env: Environment, flags: ConfigFlags, user: Settings): Display {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  return {
    theme: user.theme ?? 'auto',
    isAscii: !/utf-?8/i.test(locale),
    isPlain:
      flags.isScreenReader === true ||
      env.TERM === 'dumb' ||
      env.LEGWORK_SCREEN_READER === '1' ||
      user.screen_reader === true,
  };
}

function untrustedWarnings(layer: Layer): string[] {
  const ignored = untrustedKeys(layer).map(
    key =>
      `${layer.path}:${layer.lineOf(key)}: "${key.join('.')}" is ignored: a project may not set it until it is trusted; put it into your own settings`,
  );
  const mode = layerMode(layer);
  const isWide = layer.kind !== 'user' && (mode === 'bypass' || mode === 'accept-edits');
  const widened = isWide
    ? [
        `${layer.path}:${layer.lineOf(['permissions', 'mode'])}: "permissions.mode" ${mode} can only narrow here: a project may not widen what is permitted`,
      ]
    : [];
  return [...ignored, ...widened];
}
