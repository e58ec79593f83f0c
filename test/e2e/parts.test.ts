import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMachine } from '../fakes/run-program.ts';

const root = join(import.meta.dirname, '..', '..');
const answer = 'replies: []\ndefault: { say: It is a small tool. }';

/** The files of the program (scripts/bundle.ts cuts it into them) that a run has loaded. */
async function loadedFiles(coverage: string): Promise<string[]> {
  const reports = await Promise.all((await readdir(coverage)).map(name => readFile(join(coverage, name), 'utf8')));
  const urls = reports.flatMap(text => JSON.parse(text).result.map(({ url }: { url: string }) => url));
  const files = urls.filter(url => url.startsWith('file:')).map(url => relative(root, fileURLToPath(url)));
  return [...new Set(files)].sort();
}

test('built, a question with a one-line answer loads main.cjs and nothing else', async () => {
  const machine = await createMachine(answer);
  const coverage = join(machine.home, 'coverage');

  const ended = await machine.start(['-p', 'What is this?'], '', { NODE_V8_COVERAGE: coverage }).ended;

  expect(ended).toMatchObject({ code: 0, stdout: 'It is a small tool.\n', stderr: '' });
  expect(await loadedFiles(coverage)).toEqual(['bin/legwork.cjs', 'bin/start.cjs', 'dist/main.cjs']);
});

test('built, what is loaded later shares its errors, queries and schemas with main.cjs', async () => {
  const machine = await createMachine(answer);
  await machine.run(['-p', 'What is this?']);

  const chats = await machine.run(['chats', 'list', '--json']);
  const tasks = await machine.run(['tasks', 'list']);
  const refused = await machine.run(['tasks', 'show', 'task_none']);
  const wrong = await machine.run(['chats', '--nope']);
  const stream = await machine.run(['-p', '--output-format', 'stream-json', 'Again']);

  expect(JSON.parse(chats.stdout)).toMatchObject([{ title: 'What is this?' }]);
  expect(tasks).toMatchObject({ code: 0, stdout: '', stderr: 'legwork: no tasks\n' });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^legwork: .*task_none[^\n]*\n$/) });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown option '--nope'") });
  expect(JSON.parse(stream.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result', is_error: false });
});

test('built, settings are read by their schema', async () => {
  const machine = await createMachine(answer, { settings: { limits: { task_depth: 'deep' } } });

  const ended = await machine.run(['-p', 'What is this?']);

  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/settings\.json:1: "limits\.task_depth".*\(received "deep"\)/);
});
