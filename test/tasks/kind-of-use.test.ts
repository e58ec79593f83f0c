import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import { parseRule } from '../../src/permissions/rule.ts';
import { kindOfUse, spelt } from '../../src/tasks/kind-of-use.ts';

const rule = (tool: string, input: unknown) => {
  const use = kindOfUse({ tool, input }, '/work');
  return use && spelt(use);
};

test.each([
  ['npm test', 'Bash(npm test *)'],
  ['npm run build -- --watch', 'Bash(npm run build *)'],
  ['npm run', 'Bash(npm run)'],
  ['npm run -s build', 'Bash(npm run -s build)'],
  ['npm install left-pad', 'Bash(npm install left-pad)'],
  ['git commit -m "a message with words"', 'Bash(git commit *)'],
  ['git push --force', 'Bash(git push --force)'],
  ['git -c core.pager=x log', undefined],
  ['docker compose up -d', 'Bash(docker compose up -d)'],
  ['make', 'Bash(make)'],
  ['make test', 'Bash(make test)'],
  ['touch a.txt', 'Bash(touch a.txt)'],
  ['ls | wc -l', undefined],
  ['echo $(id)', undefined],
  ['npm test > out.txt', undefined],
  ['rm *', undefined],
  ["echo 'a b'", undefined],
  ['env X=1 make', undefined],
])('a yes for this kind of command: %s', (command, expected) => {
  expect(rule('Bash', { command })).toBe(expected);
});

test('an edit means the workspace, one outside of it that file; a read that file; a fetch its host; other tools nothing', () => {
  expect(rule('Edit', { file_path: 'src/a.ts' })).toBe('Edit(/work/**)');
  expect(rule('Write', { file_path: '/work/../etc/a' })).toBe('Edit(/etc/a)');
  expect(rule('Read', { file_path: '/etc/hosts' })).toBe('Read(/etc/hosts)');
  expect(rule('WebFetch', { url: 'https://docs.example/x?y' })).toBe('WebFetch(domain:docs.example)');
  expect(rule('Task', {})).toBeUndefined();
});

test.each([
  ['Write', { file_path: '/etc/*' }],
  ['Write', { file_path: '/etc/a\u202eb' }],
  ['Write', { file_path: '/etc/a ' }],
  ['Edit', { file_path: '~/notes' }],
  ['Read', { file_path: '../x' }],
  ['WebFetch', { url: 'https://*.example/' }],
  ['WebFetch', { url: 'https://*/' }],
  ['WebFetch', { url: 'http://[::1]/' }],
  ['WebFetch', { url: 'no address' }],
])('nothing is meant by a use that a rule would read as more than itself: %s %j', (tool, input) => {
  expect(rule(tool, input)).toBeUndefined();
});

test('whatever a command is, the rule that is shown can be read from settings and allows no line that does more than run that one program', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'npm',
      'git',
      'run',
      'test',
      'commit',
      'add',
      'make',
      'go',
      '-m',
      '*',
      '$(id)',
      '`id`',
      ';',
      '&&',
      '|',
      '>',
      'x.txt',
      '"a b"',
    ),
    fc.string({ maxLength: 6 }),
  );
  const decide = createDecide({ home: '/home/u', ownPaths: [] });
  const judge = (command: string, policy: Policy) =>
    decide({ tool: 'Bash', access: 'execute', subjects: [command] }, [policy]).kind;

  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), words => {
      const text = rule('Bash', { command: words.join(' ') });
      fc.pre(text !== undefined);
      const read = parseRule('allow', text ?? '', { source: 'settings', folder: '/work', home: '/home/u' });
      const policy: Policy = { mode: 'ask', rules: [read], roots: ['/work'] };
      const covered = text?.slice('Bash('.length, -1).replace(/ \*$/, '') ?? '';
      expect(judge(covered, policy)).toBe('allow');
      for (const more of ['; touch x', ' && touch x', ' $(touch x)', ' > x', ' | sh', '\ntouch x', ' &'])
        expect(judge(covered + more, policy)).toBe('ask');
    }),
  );
});
