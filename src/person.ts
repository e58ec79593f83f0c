import { toolNames } from './core/tool-names.ts';
import type { Policy, Rule } from './permissions/policy.ts';
import { parseRule } from './permissions/rule.ts';
import { systemClock } from './platform/clock.ts';
import { isProcessAlive } from './platform/process-alive.ts';
import type { NodeProcesses } from './platform/processes.ts';
import { systemRandom } from './platform/random.ts';
import type { SettingPath } from './settings/write.ts';
import type { Program } from './tasks/program.ts';
import type { Home } from './wire.ts';

// What the person at this program permits, runs and changes.

/** `added`: what came to the user's settings while the program runs. */
export function policyOf({ permissionMode, rules, workspace }: Home['config'], added: readonly Rule[]): Policy {
  return {
    mode: permissionMode,
    roots: [workspace],
    get rules() {
      return [...rules, ...added];
    },
  };
}

/** Runs programs as the person's own. */
export function runnerOf({ config }: Home, processes: NodeProcesses): Program['run'] {
  return (command, args, signal) =>
    processes.start(command, args, {
      cwd: config.workspace,
      env: config.toolEnvironment,
      maxOutputBytes: config.limits.commandOutputBytes,
      timeoutMs: config.limits.commandTimeoutMs,
      signal,
    }).done;
}

/** Changes the user's settings; `onAllowed` hears of a rule that is written. */
export function settingsOf({ config, files, pid, host }: Home, onAllowed: (rule: Rule) => void): Program['settings'] {
  const deps = { files, clock: systemClock, random: systemRandom, pid, host, isAlive: isProcessAlive };
  const change = async (path: SettingPath, to: (before: unknown) => unknown) => {
    const { changeSetting } = await import('./settings/write.ts');
    await changeSetting(deps, config.userSettingsPath, path, to);
  };
  return {
    async allow(text) {
      const { home, workspace: folder, userSettingsPath: source } = config;
      const rule = parseRule('allow', text, { source, folder, home, knownTools: toolNames });
      await change(['permissions', 'allow'], before => {
        const rules: unknown[] = Array.isArray(before) ? before : [];
        return rules.includes(text) ? rules : [...rules, text];
      });
      onAllowed(rule);
    },
    set: (key, value) => change([key], () => value),
  };
}
