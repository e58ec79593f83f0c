import { unreachable } from '../core/error.ts';
import { type CommandFacts, commandFacts, namedPaths, readsInside } from './command.ts';
import { concerns, isAllowedBy, type Subject } from './match.ts';
import { isOwnPath, type OwnPaths } from './own-paths.ts';
import { isInside } from './path-pattern.ts';
import type { Decide, Decision, Policy, Rule } from './policy.ts';
import { isReadOnlyProgram } from './read-only.ts';
import type { ShellWord } from './shell.ts';

export type DecideOptions = {
  readonly home: string;
  /** The program's own folders: state and configuration. Writes there are always asked. Absolute. */
  readonly ownPaths: readonly string[];
  /** Folders inside of those that hold nothing but work: worktrees of subagents. Absolute. */
  readonly workPaths?: readonly string[];
};

const strictness: Readonly<Record<Decision['kind'], number>> = { allow: 0, ask: 1, deny: 2 };

/**
 * Makes the pure function that judges calls. For each policy: rules that deny, then limits to patterns, then the mode `plan`, then `bypass`,
 * then rules that ask, the program's own paths, rules that allow, and last what the mode says. The strictest of the policies counts; without
 * any policy the call is denied.
 */
export function createDecide({ home, ownPaths, workPaths = [] }: DecideOptions): Decide {
  const own = { folders: ownPaths, except: workPaths };
  return (call, policies) => {
    const command = call.tool === 'Bash' ? commandFacts(call.subjects.join('\n')) : undefined;
    const subject: Subject = { call, command, home };
    let strictest: Decision | undefined;
    for (const policy of policies) {
      const decision = decideByOne(subject, policy, own);
      if (!strictest || strictness[decision.kind] > strictness[strictest.kind]) strictest = decision;
    }
    return strictest ?? deny('no policy applies to this call');
  };
}

function decideByOne(subject: Subject, policy: Policy, ownPaths: OwnPaths): Decision {
  const { call, command } = subject;
  const rulesOf = (kind: Rule['kind']) => policy.rules.filter(rule => rule.kind === kind);
  const denying = rulesOf('deny').find(rule => concerns(rule, subject, policy));
  if (denying) return deny(`the rule ${shown(denying)} forbids it`);
  const only = policy.only?.filter(limit => limit.tool === call.tool) ?? [];
  if (only.length > 0 && !isAllowedBy(only, subject, policy, () => false)) {
    return deny(`this agent may use ${call.tool} only for: ${only.map(limit => limit.pattern).join(', ')}`);
  }
  const changes = changesSomething(subject);
  if (policy.mode === 'plan' && changes) {
    return deny(
      'plan mode: only reading is permitted until the plan is approved. Use Read, Glob, Grep or a plain shell command that only reads, or describe the change in your answer',
    );
  }
  if (policy.mode === 'bypass') return allow('bypass mode');
  const asking = rulesOf('ask').find(rule => concerns(rule, subject, policy));
  if (asking) return ask(`the rule ${shown(asking)} asks for it`);
  const own = changes ? ownPath(subject, policy, ownPaths) : undefined;
  if (own !== undefined) return ask(`${own} belongs to the configuration of this program, of git or of a shell`);
  const isHarmless = (words: readonly ShellWord[]) => readsInside(words, policy.roots);
  if (isAllowedBy(rulesOf('allow'), subject, policy, isHarmless)) return allow('a rule allows it');
  if (command) return decideCommand(command, policy);
  return decideByAccess(subject, policy);
}

/** Whether the call does more than read or steer tasks. A command that is not surely read-only does. */
function changesSomething({ call, command }: Subject): boolean {
  if (command) return !(command.programs?.every(isReadOnlyProgram) ?? false);
  return call.access === 'write' || call.access === 'execute' || call.access === 'network';
}

function ownPath({ call, command, home }: Subject, policy: Policy, ownPaths: OwnPaths): string | undefined {
  const paths = command
    ? namedPaths(command, policy.roots[0] ?? '/', home)
    : call.access === 'write'
      ? call.subjects
      : [];
  return paths.find(path => isOwnPath(path, ownPaths));
}

function decideCommand(command: CommandFacts, policy: Policy): Decision {
  if (!command.programs)
    return ask('the command holds more than plain programs and words, so no rule can vouch for it');
  if (!command.programs.every(isReadOnlyProgram)) return ask('the command may change something');
  if (command.programs.every(words => readsInside(words, policy.roots)))
    return allow('the command only reads, in the workspace');
  return ask('the command reads outside the workspace');
}

function decideByAccess({ call }: Subject, policy: Policy): Decision {
  const isInWorkspace = call.subjects.every(path => policy.roots.some(root => isInside(path, root)));
  switch (call.access) {
    case 'none':
    case 'delegate':
      return allow('it changes nothing by itself');
    case 'read':
      return isInWorkspace ? allow('it reads in the workspace') : ask('it reads outside the workspace');
    case 'write':
      if (call.subjects.length === 0 || !isInWorkspace) return ask('it writes outside the workspace');
      return policy.mode === 'accept-edits' ? allow('edits in the workspace are accepted') : ask('it changes a file');
    case 'execute':
      return ask('it may change something');
    case 'network':
      return ask('it uses the network');
    default:
      return unreachable(call.access);
  }
}

function shown(rule: Rule): string {
  return `${rule.pattern === undefined ? rule.tool : `${rule.tool}(${rule.pattern})`} (${rule.source})`;
}

function allow(reason: string): Decision {
  return { kind: 'allow', reason };
}

function ask(reason: string): Decision {
  return { kind: 'ask', reason };
}

function deny(reason: string): Decision {
  return { kind: 'deny', reason };
}
