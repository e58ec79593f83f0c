import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../../../src/models/model.ts';
import { checkPlaybook } from '../../../src/models/playbook/check.ts';
import { chooseReply } from '../../../src/models/playbook/choose.ts';
import { faultKinds } from '../../../src/models/playbook/fault.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import { answer, requestOf, result, user } from '../../fakes/conversation.ts';

const root = join(import.meta.dirname, '../../..');

async function examplesOfPage(): Promise<{ page: string; examples: string[] }> {
  const page = await readFile(join(root, 'docs/playbook.md'), 'utf8');
  return { page, examples: [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, source = '']) => source) };
}

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
  const { page, examples } = await examplesOfPage();

  const problems = examples.map(source => checkPlaybook(source, 'docs/playbook.md'));

  expect(examples).toHaveLength(2);
  expect(problems).toEqual([[], []]);
  expect(faultKinds.filter(kind => !page.includes(`\`${kind}`))).toEqual([]);
});

test('the first example of docs/playbook.md does what the page says', async () => {
  const { examples } = await examplesOfPage();
  const playbook = parsePlaybook(examples[0] ?? '', 'docs/playbook.md');
  const say = (messages: readonly Message[], agent = 'primary') =>
    chooseReply(playbook, requestOf(messages, { agent }));
  const told = (report: string) =>
    user(`<task-notification><summary>S</summary><result>${report}</result></task-notification>`);

  const first = say([user('count')]);
  const again = say([user('count'), answer('I send two subagents.'), user('count')]);
  const look = say([user('Count *.ts')], 'explore');
  const report = say([user('Count *.ts'), answer('I look.', 'Glob'), result('Glob', 'a.ts\nb.ts')], 'explore');
  const sum = say([user('count'), answer('x'), told('one'), answer('y'), told('two')]);

  expect(first.calls.map(({ input }) => Object(input).prompt)).toEqual(['Count *.ts', 'Count *.md']);
  expect(again.text).toBe('I am a script. I have nothing to say to: count');
  expect(look.calls[0]?.input).toEqual({ pattern: '**/*.ts' });
  expect(report.text).toBe('*.ts: 2 lines, the first is a.ts');
  expect(sum.text).toBe('Both are back:\n- one\n- two');
});
