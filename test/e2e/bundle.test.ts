import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server/server.ts';

const root = join(import.meta.dirname, '..', '..');
const playbook = "{ name: one-line, replies: [], default: { say: 'It is a small tool.' } }";
let place: string;
let server: ModelServer;

beforeAll(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'legwork-built-')));
  server = await startModelServer({ playbook });
  await cp(join(root, 'bin'), join(place, 'bin'), { recursive: true });
  await cp(join(root, 'package.json'), join(place, 'package.json'));
  await symlink(join(root, 'node_modules'), join(place, 'node_modules'));
  await cp(join(root, 'src', 'models', 'playbooks'), join(place, 'dist', 'models', 'playbooks'), { recursive: true });
  for (const { path, text } of await bundle()) await writeFile(join(place, 'dist', path), text);
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(place, { recursive: true, force: true });
});

async function legwork(args: readonly string[], env: Record<string, string> = {}) {
  const home = join(place, 'home');
  await mkdir(home, { recursive: true });
  const asked = promisify(execFile)(process.execPath, [join(place, 'bin', 'legwork.cjs'), ...args], {
    cwd: home,
    env: {
      HOME: home,
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: 'key',
      ...env,
    },
  });
  asked.child.stdin?.end();
  return asked.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

/** The files of the program that a run has loaded. */
async function loadedFiles(coverage: string): Promise<string[]> {
  const reports = await Promise.all((await readdir(coverage)).map(name => readFile(join(coverage, name), 'utf8')));
  const urls = reports.flatMap(text => JSON.parse(text).result.map(({ url }: { url: string }) => url));
  const files = urls.filter(url => url.startsWith('file:')).map(url => relative(place, fileURLToPath(url)));
  return [...new Set(files)].sort();
}

const question = ['-p', '--model', 'openai-compatible/m', 'What is this?'];

test('a question with a one-line answer loads main.cjs and nothing else', async () => {
  const coverage = join(place, 'coverage');

  const { stdout, stderr } = await legwork(question, { NODE_V8_COVERAGE: coverage });

  expect({ stdout, stderr }).toEqual({ stdout: 'It is a small tool.\n', stderr: '' });
  expect(await loadedFiles(coverage)).toEqual(['bin/legwork.cjs', 'bin/start.cjs', 'dist/main.cjs']);
});

test('what is loaded later shares its errors, queries and schemas with main.cjs', async () => {
  await legwork(question);

  const chats = await legwork(['chats', 'list', '--json']);
  const tasks = await legwork(['tasks', 'list']);
  const refused = await legwork(['tasks', 'show', 'task_none']);
  const wrong = await legwork(['chats', '--nope']);
  const stream = await legwork([...question, '--output-format', 'stream-json', '--verbose']);

  expect(JSON.parse(chats.stdout)).toContainEqual(expect.objectContaining({ title: 'What is this?' }));
  expect(tasks).toMatchObject({ code: 0, stdout: '', stderr: 'legwork: no tasks\n' });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^legwork: .*task_none[^\n]*\n$/) });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown option '--nope'") });
  expect(JSON.parse(stream.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result', is_error: false });
});

const protocols = [
  ['anthropic', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', '/v1'],
  ['openai', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', '/v1'],
  ['google', 'GEMINI_API_KEY', 'GOOGLE_BASE_URL', '/v1beta'],
] as const;

test.each(protocols)('the library of %s is loaded when it is asked', async (provider, key, url, path) => {
  const env = { [key]: 'key', [url]: server.url + path };

  const { stdout, stderr } = await legwork(['-p', '--model', `${provider}/m`, 'What is this?'], env);

  expect({ stdout, stderr }).toEqual({ stdout: 'It is a small tool.\n', stderr: '' });
});

test('the demo delegates, and its subagents run tools', async () => {
  const { code, stdout } = await legwork(['-p', '--model', 'playbook/demo', '--output-format', 'json', 'Look around']);

  const result = JSON.parse(stdout);
  expect({ code, isError: result.is_error }).toEqual({ code: 0, isError: false });
  expect(result.tasks.length).toBeGreaterThan(0);
});

test('settings are read by their schema', async () => {
  const folder = join(place, 'home', '.config', 'legwork');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), '{ "limits": { "task_depth": "deep" } }');

  const { code, stderr } = await legwork(question);
  await rm(join(folder, 'settings.json'));

  expect(code).not.toBe(0);
  expect(stderr).toContain('settings.json:1: "limits.task_depth"');
});
