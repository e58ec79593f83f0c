import { expect, test } from 'vitest';
import { kindOfUse, spelt } from '../../src/tasks/kind-of-use.ts';

const rule = (tool: string, input: unknown) => {
  const use = kindOfUse({ tool, input }, '/work');
  return use && spelt(use);
};

test.each([
  ['npm test', 'Bash(npm test *)'],
  ['npm run build -- --watch', 'Bash(npm run build *)'],
  ['git log --oneline', 'Bash(git log *)'],
  ['git -c core.pager=x log', undefined],
  ['docker compose up -d', 'Bash(docker compose up *)'],
  ['touch a.txt', 'Bash(touch a.txt)'],
  ['make', 'Bash(make)'],
  ['ls | wc -l', undefined],
  ['echo $(id)', undefined],
  ['rm *', undefined],
  ["echo 'a b'", undefined],
  ['env X=1 make', undefined],
])('a yes for this kind of command: %s', (command, expected) => {
  expect(rule('Bash', { command })).toBe(expected);
});

test('an edit means the workspace, one outside of it that file; a fetch its host; other tools nothing', () => {
  expect(rule('Edit', { file_path: 'src/a.ts' })).toBe('Edit(/work/**)');
  expect(rule('Write', { file_path: '/work/../etc/a' })).toBe('Edit(/etc/a)');
  expect(rule('WebFetch', { url: 'https://docs.example/x?y' })).toBe('WebFetch(domain:docs.example)');
  expect(rule('Task', {})).toBeUndefined();
});
