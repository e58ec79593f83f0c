import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Access } from '../../src/core/access.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import { narrower } from '../../src/permissions/mode.ts';
import {
  type CallToJudge,
  type Decision,
  type Policy,
  permissionModes,
  type Rule,
} from '../../src/permissions/policy.ts';
import { parseRule } from '../../src/permissions/rule.ts';

const decide = createDecide({ home: '/home/u', ownPaths: ['/home/u/.local/state/legwork'] });
const context = { source: 'test', folder: '/w', home: '/home/u' };
const call = (tool: string, access: Access, ...subjects: string[]): CallToJudge => ({ tool, access, subjects });
const bash = (command: string) => call('Bash', 'execute', command);
const read = (path: string) => call('Read', 'read', path);
const edit = (path: string) => call('Edit', 'write', path);
const fetchUrl = (url: string) => call('WebFetch', 'network', url);
const policy = (mode: Policy['mode'], ...rules: Rule[]): Policy => ({ mode, rules, roots: ['/w'] });
const rule = (text: string): Rule => {
  const [kind = '', ...rest] = text.split(' ');
  if (kind !== 'allow' && kind !== 'ask' && kind !== 'deny') throw new Error(`no kind of rule: ${kind}`);
  return parseRule(kind, rest.join(' '), context);
};

type Kind = Decision['kind'];
/** What each mode says without rules: plan, ask, accept-edits, bypass. */
const byMode: readonly [string, CallToJudge, Kind, Kind, Kind, Kind][] = [
  ['a read in the workspace', read('/w/a.ts'), 'allow', 'allow', 'allow', 'allow'],
  ['a read of the workspace itself', call('Glob', 'read', '/w'), 'allow', 'allow', 'allow', 'allow'],
  ['a read outside', read('/etc/passwd'), 'ask', 'ask', 'ask', 'allow'],
  ['a read of a sibling with the same prefix', read('/w2/a'), 'ask', 'ask', 'ask', 'allow'],
  ['a read that climbs out', read('/w/../etc/passwd'), 'ask', 'ask', 'ask', 'allow'],
  ['an edit in the workspace', edit('/w/a.ts'), 'deny', 'ask', 'allow', 'allow'],
  ['an edit outside', edit('/tmp/a'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit that climbs out', edit('/w/../tmp/a'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit without a path', call('Edit', 'write'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of settings', edit('/w/.letta/settings.json'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of agents', edit('/w/.claude/agents/a.md'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of a git hook', edit('/w/.git/hooks/pre-commit'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of the git configuration', edit('/w/sub/.git/config'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of a start-up file', edit('/w/.bashrc'), 'deny', 'ask', 'ask', 'allow'],
  ['an edit of settings in capitals', edit('/w/.LETTA/settings.json'), 'deny', 'ask', 'ask', 'allow'],
  ['a command that reads', bash('git status && ls src | head -3'), 'allow', 'allow', 'allow', 'allow'],
  ['a command that reads outside', bash('cat /etc/passwd'), 'ask', 'ask', 'ask', 'allow'],
  ['a command that reads the home', bash('cat ~/.ssh/id_rsa'), 'ask', 'ask', 'ask', 'allow'],
  ['a command that leaves the workspace', bash('cd .. && ls'), 'ask', 'ask', 'ask', 'allow'],
  ['a command that goes home', bash('cd && ls'), 'deny', 'ask', 'ask', 'allow'],
  ['a command that builds', bash('npm test'), 'deny', 'ask', 'ask', 'allow'],
  ['a command that is not plain', bash('echo $(id)'), 'deny', 'ask', 'ask', 'allow'],
  ['an empty command', bash(''), 'deny', 'ask', 'ask', 'allow'],
  ['a request to the network', fetchUrl('https://example.com/'), 'deny', 'ask', 'ask', 'allow'],
  ['a tool of a server', call('mcp__db__query', 'network'), 'deny', 'ask', 'ask', 'allow'],
  ['a task', call('Task', 'delegate', 'explore'), 'allow', 'allow', 'allow', 'allow'],
  ['a note', call('TodoWrite', 'none'), 'allow', 'allow', 'allow', 'allow'],
];

test.each(byMode)('without rules: %s', (_, asked, ...kinds) => {
  const decisions = permissionModes.map(mode => decide(asked, [policy(mode)]).kind);

  expect(decisions).toEqual(kinds);
});

/** What the mode ask says with rules. */
const byRules: readonly [string[], CallToJudge, Kind][] = [
  [['allow Bash(npm test)'], bash('npm test'), 'allow'],
  [['allow Bash(npm test)'], bash('npm test -- --watch'), 'ask'],
  [['allow Bash(npm test)'], bash('npm test && git status'), 'allow'],
  [['allow Bash(npm test)'], bash('npm test; rm x'), 'ask'],
  [['allow Bash(npm test)', 'allow Bash(rm *)'], bash('npm test; rm x'), 'allow'],
  [['allow Bash(npm run test:*)'], bash('npm run test'), 'allow'],
  [['allow Bash(npm run test:*)'], bash('npm run test:unit --x'), 'allow'],
  [['allow Bash(npm run test:*)'], bash('npm run testify'), 'ask'],
  [['allow Bash(npm *)'], bash('npmx'), 'ask'],
  [['allow Bash(git * main)'], bash('git push main'), 'allow'],
  [['allow Bash(git * main)'], bash('git push origin main'), 'ask'],
  [['allow Bash(cp *)'], bash('cp a .git/hooks/pre-commit'), 'ask'],
  [['allow Bash(cp *)'], bash('cp a ~/.bashrc'), 'ask'],
  [['allow Bash(cp *)'], bash('cp a /home/u/.local/state/legwork/x'), 'ask'],
  [['allow Bash(cp *)'], bash('cp a b'), 'allow'],
  [['allow Bash'], bash('echo $(id)'), 'allow'],
  [['allow Bash(*)'], bash('echo $(id)'), 'ask'],
  [['allow Bash(*)', 'deny Bash(rm *)'], bash('/bin/rm x'), 'deny'],
  [['allow Bash(*)', 'deny Bash(git push:*)'], bash('git -C /x push'), 'deny'],
  [['allow Bash(git *)', 'ask Bash(git push:*)'], bash('git push'), 'ask'],
  [['allow Bash(git *)', 'ask Bash(git push:*)'], bash('git fetch'), 'allow'],
  [['deny Bash(rm *)'], bash('echo rm x'), 'allow'],
  [['allow Edit(src)'], edit('/w/src/deep/a.ts'), 'allow'],
  [['allow Edit(src/**)'], edit('/w/srcs/a.ts'), 'ask'],
  [['allow Edit(src/**)'], edit('/w/src/../b.ts'), 'ask'],
  [['allow Edit(*.ts)'], edit('/w/x/a.ts'), 'allow'],
  [['allow Edit(*.ts)'], edit('/other/a.ts'), 'ask'],
  [['allow Edit(**)'], edit('/w/.letta/settings.json'), 'ask'],
  [['allow Edit(//tmp/**)'], edit('/tmp/x'), 'allow'],
  [['allow Edit(~/notes/**)'], edit('/home/u/notes/x'), 'allow'],
  [['allow Edit(src/**)'], call('Write', 'write', '/w/src/new.ts'), 'allow'],
  [['allow Read(//usr/**)'], read('/usr/include/x.h'), 'allow'],
  [['allow Read(//usr/**)'], call('Grep', 'read', '/usr/include'), 'allow'],
  [['allow Read(//usr/**)'], call('Grep', 'read', '/usr/include', '/etc'), 'ask'],
  [['deny Read(.env)'], read('/w/.env'), 'deny'],
  [['deny Read(.env)'], read('/w/sub/.env'), 'deny'],
  [['deny Read(.env)'], read('/w/x/../.env'), 'deny'],
  [['deny Read(.env)'], call('Grep', 'read', '/w/.env'), 'deny'],
  [['deny Read(.env)'], bash('cat .env'), 'deny'],
  [['deny Read(.env)'], bash('cat ./sub/.env | head'), 'deny'],
  [['deny Read(.env)'], bash('git show HEAD:.env'), 'deny'],
  [['deny Read(.env)'], bash('cat .en*'), 'deny'],
  [['deny Read(.env)'], bash('cat .envelope'), 'allow'],
  [['deny Read(secrets)'], read('/w/secrets/a/b'), 'deny'],
  [['deny Edit(a.ts)'], call('Write', 'write', '/w/a.ts'), 'deny'],
  [['deny Edit(a.ts)', 'allow Write(a.ts)'], call('Write', 'write', '/w/a.ts'), 'deny'],
  [['ask Read(a.ts)'], read('/w/a.ts'), 'ask'],
  [['deny *'], call('TodoWrite', 'none'), 'deny'],
  [['deny mcp__db'], call('mcp__db__query', 'network'), 'deny'],
  [['allow mcp__db'], call('mcp__db__query', 'network'), 'allow'],
  [['allow mcp__db__*'], call('mcp__dbx__query', 'network'), 'ask'],
  [['allow WebFetch(domain:example.com)'], fetchUrl('https://example.com/x'), 'allow'],
  [['allow WebFetch(domain:example.com)'], fetchUrl('https://EXAMPLE.com./x'), 'allow'],
  [['allow WebFetch(domain:example.com)'], fetchUrl('https://example.com.evil.org/'), 'ask'],
  [['allow WebFetch(domain:example.com)'], fetchUrl('https://example.com@evil.org/'), 'ask'],
  [['allow WebFetch(domain:example.com)'], fetchUrl('https://sub.example.com/'), 'ask'],
  [['allow WebFetch(domain:*.example.com)'], fetchUrl('https://sub.example.com/'), 'allow'],
  [['deny WebFetch(domain:example.com)'], fetchUrl('https://sub.example.com/'), 'deny'],
  [['deny WebFetch(domain:example.com)'], fetchUrl('not a url'), 'deny'],
  [['deny Task(explore)'], call('Task', 'delegate', 'explore'), 'deny'],
];

test.each(byRules)('with %j: %j', (texts, asked, kind) => {
  const decision = decide(asked, [policy('ask', ...texts.map(rule))]);

  expect(decision).toMatchObject({ kind });
});

describe('modes and rules together', () => {
  test.each<[string, Policy['mode'], string, CallToJudge, Kind]>([
    ['plan mode is not widened by a rule', 'plan', 'allow Edit', edit('/w/a'), 'deny'],
    ['plan mode is not widened by a rule that asks', 'plan', 'ask Edit', edit('/w/a'), 'deny'],
    ['bypass does not ask', 'bypass', 'ask Bash', bash('npm test'), 'allow'],
    ['bypass does not outdo a rule that denies', 'bypass', 'deny Bash(npm *)', bash('npm test'), 'deny'],
    ['accept-edits does not outdo a rule that asks', 'accept-edits', 'ask Edit', edit('/w/a'), 'ask'],
  ])('%s', (_, mode, text, asked, kind) => {
    const decision = decide(asked, [policy(mode, rule(text))]);

    expect(decision.kind).toBe(kind);
  });

  test.each<[string, Kind]>([
    ['git log -3', 'allow'],
    ['git fetch', 'allow'],
    ['ls', 'deny'],
    ['git log; ls', 'deny'],
    ['git log $(id)', 'deny'],
  ])('an agent limited to git commands: %s', (command, kind) => {
    const limited: Policy = { ...policy('bypass'), only: [{ tool: 'Bash', pattern: 'git *' }] };

    const decision = decide(bash(command), [policy('bypass'), limited]);

    expect(decision.kind).toBe(kind);
  });

  test('without any policy nothing is permitted', () => {
    const decision = decide(read('/w/a'), []);

    expect(decision.kind).toBe('deny');
  });
});

const rank: Record<Kind, number> = { allow: 0, ask: 1, deny: 2 };
const anyCall = fc.oneof(
  fc.constantFrom(...byMode.map(([, asked]) => asked)),
  fc.constantFrom(...byRules.map(([, asked]) => asked)),
);
const anyRule = fc.constantFrom(...byRules.flatMap(([texts]) => texts.map(rule)));
const anyPolicy = fc.record({
  mode: fc.constantFrom(...permissionModes),
  rules: fc.array(anyRule, { maxLength: 6 }),
  roots: fc.constantFrom<string[]>(['/w'], ['/'], [], ['/w', '/tmp']),
});

test('S12 a child is never permitted more than its parent, for 1,000 random pairs', () => {
  fc.assert(
    fc.property(anyCall, anyPolicy, anyPolicy, (asked, parent, child) => {
      const alone = decide(asked, [parent]);
      const together = decide(asked, [parent, child]);

      expect(rank[together.kind]).toBeGreaterThanOrEqual(rank[alone.kind]);
    }),
    { numRuns: 1_000 },
  );
});

test('a further rule that denies never permits anything', () => {
  fc.assert(
    fc.property(anyCall, anyPolicy, anyRule, (asked, before, more) => {
      const after = { ...before, rules: [...before.rules, { ...more, kind: 'deny' as const }] };

      expect(rank[decide(asked, [after]).kind]).toBeGreaterThanOrEqual(rank[decide(asked, [before]).kind]);
    }),
    { numRuns: 1_000 },
  );
});

test('a narrower mode never permits more', () => {
  fc.assert(
    fc.property(anyCall, anyPolicy, fc.constantFrom(...permissionModes), (asked, before, mode) => {
      const after = { ...before, mode: narrower(before.mode, mode) };

      expect(rank[decide(asked, [after]).kind]).toBeGreaterThanOrEqual(rank[decide(asked, [before]).kind]);
    }),
    { numRuns: 1_000 },
  );
});
