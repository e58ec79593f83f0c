import { type CommandFacts, isCovered, namedPaths, touches } from './command.ts';
import { absolutePattern, matchesPath } from './path-pattern.ts';
import type { CallToJudge, Policy } from './policy.ts';
import { pathTools } from './rule.ts';
import type { ShellWord } from './shell.ts';
import { matchesWildcard } from './wildcard.ts';

/** A call with what was worked out about it once, for all rules. `command`: for Bash. */
export type Subject = { readonly call: CallToJudge; readonly command: CommandFacts | undefined; readonly home: string };
type Pattern = { readonly tool: string; readonly pattern?: string | undefined };

const readers = new Set(['Read', 'Glob', 'Grep']);
const writers = new Set(['Write', 'Edit']);

/**
 * Whether a rule that forbids or asks speaks of this call: any subject suffices. Rules for Read hold for Glob and Grep as well, those for Edit
 * and Write for each other, and all of them for every path that a shell command names.
 */
export function concerns(rule: Pattern, subject: Subject, policy: Policy): boolean {
  const { call, command } = subject;
  if (coversTool(rule.tool, call.tool)) {
    if (rule.pattern === undefined) return true;
    return command
      ? touches(rule.pattern, command)
      : call.subjects.some(text => matchesSubject(rule, text, subject, policy, 'any'));
  }
  if (!command || !pathTools.includes(rule.tool) || rule.pattern === undefined) return false;
  const pattern = absolute(rule.pattern, subject, policy);
  return namedPaths(command, policy.roots[0] ?? '/', subject.home).some(
    path => matchesPath(pattern, path) || mayStandFor(path, pattern),
  );
}

/** Whether rules that allow cover the whole call: every subject, and of a command every program that `also` does not let pass. */
export function isAllowedBy(
  rules: readonly Pattern[],
  subject: Subject,
  policy: Policy,
  also: (words: readonly ShellWord[]) => boolean,
): boolean {
  const { call, command } = subject;
  const own = rules.filter(rule => coversTool(rule.tool, call.tool));
  if (own.some(rule => rule.pattern === undefined)) return true;
  const patterns = own.flatMap(rule => (rule.pattern === undefined ? [] : [rule.pattern]));
  if (patterns.length === 0) return false;
  if (command) return isCovered(patterns, command, also);
  return (
    call.subjects.length > 0 &&
    call.subjects.every(text => own.some(rule => matchesSubject(rule, text, subject, policy, 'exact')))
  );
}

function coversTool(rule: string, tool: string): boolean {
  if (rule === tool || rule === '*') return true;
  if (rule.startsWith('mcp__'))
    return rule.endsWith('*') ? tool.startsWith(rule.slice(0, -1)) : tool.startsWith(`${rule}__`);
  return (rule === 'Read' && readers.has(tool)) || (writers.has(rule) && writers.has(tool));
}

function matchesSubject(
  rule: Pattern,
  text: string,
  subject: Subject,
  policy: Policy,
  domains: 'exact' | 'any',
): boolean {
  if (rule.pattern === undefined) return true;
  if (pathTools.includes(rule.tool)) return matchesPath(absolute(rule.pattern, subject, policy), text);
  if (rule.tool === 'WebFetch') return matchesDomain(rule.pattern, text, domains);
  return matchesWildcard(rule.pattern, text);
}

/** Patterns of settings are absolute by now; those of agent definitions start from the workspace. */
function absolute(pattern: string, { home }: Subject, policy: Policy): string {
  return absolutePattern(pattern, policy.roots[0] ?? '/', home);
}

/** `any`: subdomains too, for rules that forbid. `exact`: a domain stands for itself, `*.example.com` for everything below it. */
function matchesDomain(pattern: string, url: string, domains: 'exact' | 'any'): boolean {
  const domain = pattern.replace(/^domain:/, '').toLowerCase();
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
  // Not a URL: the tool refuses it. A rule that forbids holds, one that allows does not.
  if (host === undefined) return domains === 'any';
  return matchesWildcard(domain, host) || (domains === 'any' && host.endsWith(`.${domain}`));
}

/** A word that the shell replaces by file names (`.en*`) may stand for the one file that a pattern names. */
function mayStandFor(word: string, pattern: string): boolean {
  if (!/[*?[]/.test(word)) return false;
  const name = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const loose = name(word).replace(/\[[^\]]*\]?/g, '?');
  return matchesWildcard(loose, name(pattern)) || matchesWildcard(name(pattern), loose);
}
