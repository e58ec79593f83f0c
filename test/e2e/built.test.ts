import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { createMachine } from '../fakes/run-program.ts';

const edit = `replies:
  - when: { from: user }
    call: [{ tool: Read, input: { file_path: a.txt } }]
  - when: { tool: Read }
    call: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: two } }]
  - when: { tool: Edit }
    call: [{ tool: Grep, input: { pattern: two, output_mode: content } }]
  - when: { tool: Grep }
    say: 'found: {{result}}'
`;

test.each([
  ['openai-compatible/test', {}],
  ['openai/test', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: '{url}/v1' }],
  ['anthropic/test', { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: '{url}' }],
  ['google/test', { GEMINI_API_KEY: 'k', GOOGLE_BASE_URL: '{url}/v1beta' }],
])('built, it reads, edits and searches with a model of %s', async (model, variables: Record<string, string>) => {
  const machine = await createMachine(edit);
  await writeFile(join(machine.cwd, 'a.txt'), 'one\n');
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replace('{url}', machine.server.url)]),
  );

  const ended = await machine.start(['-p', '-m', model, '--permission-mode', 'accept-edits', 'go'], '', env).ended;

  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('found: a.txt:1:two') });
  expect(await readFile(join(machine.cwd, 'a.txt'), 'utf8')).toBe('two\n');
});

test('R20 built, a retry is written to the log and the run goes on', async () => {
  const replies = 'replies: []\ndefault: { say: fine, fault: { status: 503, times: 1 } }';
  const machine = await createMachine(replies, { env: { LEGWORK_LOG: 'info' } });

  const ended = await machine.run(['-p', 'hello']);

  expect(ended).toMatchObject({ code: 0, stdout: 'fine\n' });
  expect(await readFile(join(machine.home, 'state', 'legwork.log'), 'utf8')).toContain('503');
});

test('R21 built, an endpoint that is down is said, with exit code 1 and no stack', async () => {
  const machine = await createMachine('replies: []\ndefault: { say: fine }');
  await machine.server.stop();

  const ended = await machine.run(['-p', 'hello']);

  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain('Nothing answers at');
  expect(ended.stderr).not.toMatch(/^ {4}at /m);
});

test('R13 built, a write waits while another process holds the database, and fails by nothing', async () => {
  const machine = await createMachine('replies: []');
  const path = join(machine.home, 'state', 'legwork.db');
  await machine.run(['tasks', 'list']);
  const other = new Database(path);
  onTestFinished(() => void other.close());

  other.exec('BEGIN IMMEDIATE');
  const adding = machine.run(['tasks', 'add', 'one']);
  const log = () => readFile(join(machine.home, 'state', 'legwork.log'), 'utf8').catch(() => '');
  await expect.poll(log).toContain('kept busy by another process');
  other.exec('COMMIT');

  expect(await adding).toMatchObject({ code: 0, stdout: expect.stringContaining('queued') });
});

test('built, a playbook is rehearsed, and one that is missing is said', async () => {
  const machine = await createMachine('replies: []');
  await writeFile(join(machine.cwd, 'mine.yaml'), 'name: mine\nreplies: []\ndefault: { say: fine }\n');

  const run = await machine.run(['playbook', 'run', 'mine.yaml']);
  const missing = await machine.run(['playbook', 'run', 'nowhere.yaml']);

  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('fine'), stderr: '' });
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nowhere.yaml') });
});

test('built, the demo delegates, and its subagents run tools', async () => {
  const machine = await createMachine('replies: []');

  const { code, stdout } = await machine.run([
    '-p',
    '-m',
    'playbook/demo',
    '--output-format',
    'json',
    'show me what you can do',
  ]);

  const result = JSON.parse(stdout);
  expect({ code, isError: result.is_error }).toEqual({ code: 0, isError: false });
  expect(result.tasks.map(({ status }: { status: string }) => status)).toEqual(Array(3).fill('completed'));
});
