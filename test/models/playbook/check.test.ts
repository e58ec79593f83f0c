import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkPlaybook } from '../../../src/models/playbook/check.ts';
import { faultKinds } from '../../../src/models/playbook/fault.ts';

const root = join(import.meta.dirname, '../../..');

test('a reply that can never be reached is a warning with its line', () => {
  const source = 'name: a\nreplies:\n  - say: always\n  - when: { from: user }\n    say: never\n';

  const problems = checkPlaybook(source, 'a.yaml');

  expect(problems).toEqual([
    {
      path: 'a.yaml',
      line: 4,
      level: 'warning',
      message: 'never used: the reply in line 3 matches everything; move it up',
    },
  ]);
});

test('a playbook without a default is warned about; one with errors shows them in the order of lines', () => {
  const warned = checkPlaybook('name: a\nreplies:\n  - when: { from: user }\n    say: b\n', 'a.yaml');
  const wrong = checkPlaybook('name: 5\nreplies:\n  - say: 5\n  - sya: 5\n', 'a.yaml');

  expect(warned.map(({ level }) => level)).toEqual(['warning']);
  expect(wrong.map(({ line, level }) => [line, level])).toEqual([
    [1, 'error'],
    [3, 'error'],
    [4, 'error'],
  ]);
});

test('every example of docs/playbook.md is a playbook without problems, and the page names every fault', async () => {
  const page = await readFile(join(root, 'docs/playbook.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, source = '']) => source);

  const problems = examples.map(source => checkPlaybook(source, 'docs/playbook.md'));

  expect(examples).toHaveLength(2);
  expect(problems).toEqual([[], []]);
  expect(faultKinds.filter(kind => !page.includes(`\`${kind}`))).toEqual([]);
});
