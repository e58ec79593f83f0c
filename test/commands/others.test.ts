import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { subcommands } from '../../src/commands/index.ts';
import { misspelt } from '../../src/commands/misspelt.ts';
import { createOffice, type Office } from '../fakes/office.ts';

const runFile = promisify(execFile);
let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

async function agentFile(name: string, text: string): Promise<string> {
  const folder = join(office.cwd, '.letta', 'agents');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('S30 a bad definition shows in agents list, check and doctor with file and line, and takes no good one down', async () => {
  const bad = await agentFile('bad.md', '---\nname: bad\ndescription: x\ntools: Raed\n---\nprompt\n');
  await agentFile('good.md', '---\nname: good\ndescription: y\n---\nprompt\n');

  const list = await office.run('agents', 'list');
  const check = await office.run('agents', 'check');
  const one = await office.run('agents', 'check', bad);
  const doctor = await office.run('doctor');

  expect(list).toMatchObject({ code: 0, out: expect.stringContaining('good') });
  for (const { err } of [list, check, one]) expect(err).toContain(`${bad}:4: error:`);
  expect([check.code, one.code, doctor.code]).toEqual([1, 1, 1]);
  expect(doctor.out).toContain(`${bad}:4: error:`);
});

test('agents new writes a definition that is right, with or without a model for it, and never over another', async () => {
  const plain = await office.run('agents', 'new', 'mine');
  const copy = await office.run('agents', 'new', 'scout', '--from', 'explore', '--user');
  const again = await office.run('agents', 'new', 'mine');
  const odd = await office.run('agents', 'new', 'Not A Name');
  const check = await office.run('agents', 'check', plain.out.trim(), copy.out.trim());

  expect([plain.code, copy.code, again.code, odd.code, check.code]).toEqual([0, 0, 2, 2, 0]);
  expect(again.err).toContain('is there already');
  expect(copy.out.trim()).toBe(join(office.root, '.letta', 'agents', 'scout.md'));
  expect(await office.json('agents', 'show', 'scout')).toMatchObject({
    tools: ['Read', 'Glob', 'Grep', 'Bash'],
    source: 'user',
  });
});

test('an unknown agent, provider or model is answered with what was probably meant', async () => {
  const results = await Promise.all([
    office.run('agents', 'show', 'explor'),
    office.run('models', 'list', 'antropic'),
    office.run('models', 'test', 'gpt-5'),
  ]);

  expect(results.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(results.map(({ err }) => /did you mean "([^"]+)"/.exec(err)?.[1])).toEqual([
    'explore',
    'anthropic',
    'openai/gpt-5',
  ]);
});

test('models test makes one request and says what came, or why nothing did, with exit code 1', async () => {
  const broken = join(office.root, 'broken.yaml');
  await writeFile(broken, 'name: b\nreplies: []\ndefault: { fault: { status: 401, message: the key is wrong } }\n');

  const good = await office.json('models', 'test');
  const bad = await office.run('models', 'test', `playbook/${broken}`);

  expect(good).toMatchObject({
    ok: true,
    text: expect.stringContaining('done: '),
    usage: { output_tokens: expect.any(Number) },
  });
  expect(bad).toMatchObject({ code: 1, out: expect.stringContaining('the key is wrong') });
});

test('models list needs no provider to answer', async () => {
  const list = await office.run('models', 'list', '--json');

  expect(list.code).toBe(0);
  expect(JSON.parse(list.out)).toContainEqual(
    expect.objectContaining({ handle: 'playbook/demo', context_window: 200_000 }),
  );
  expect(list.err).toContain('anthropic is not set up: no API key; set ANTHROPIC_API_KEY');
});

test('playbook check names every problem with its line and ends with 2; run rehearses one dialogue', async () => {
  const broken = join(office.root, 'broken.yaml');
  await writeFile(broken, 'name: b\nreplies:\n  - sya: hello\n');

  const bad = await office.run('playbook', 'check', broken);
  const good = await office.run('playbook', 'check', office.script);
  const run = await office.run('playbook', 'run', office.script, '--input', 'one', '--input', 'fail now');
  const missing = await office.run('playbook', 'run', 'nowhere.yaml');
  const bent = await office.run('playbook', 'run', broken);

  expect(bad).toMatchObject({ code: 2, err: expect.stringContaining(`${broken}:3: error:`) });
  expect(good.code).toBe(0);
  expect(run).toMatchObject({ code: 1, out: expect.stringContaining('> one\ndone: one\n\n> fail now\n[fault]') });
  expect([missing.code, bent.code]).toEqual([2, 2]);
});

test('chats are shown, exported, renamed and deleted', async () => {
  const task = await office.json('tasks', 'add', 'say it');
  await office.work();
  await office.run('tasks', 'wait', task.id);
  const { chat_id: chat } = task;

  const renamed = await office.run('chats', 'rename', chat, 'A', 'new title');
  const shown = await office.json('chats', 'show', chat);
  const lines = (await office.run('chats', 'export', chat)).out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const markdown = await office.run('chats', 'export', chat, '--format', 'markdown');
  const { output_file: transcript } = await office.json('tasks', 'show', task.id);
  const output = join(office.root, 'home', 'state', 'commands', chat);
  mkdirSync(output, { recursive: true });
  const before = existsSync(transcript);
  const deleted = await office.run('chats', 'delete', chat);

  expect(renamed.code).toBe(0);
  expect(shown).toMatchObject({ title: 'A new title', tasks: [{ id: task.id, status: 'completed' }] });
  expect(lines.map(line => line.seq)).toEqual(lines.map((_, i) => i + 1));
  expect(markdown.out).toContain('completed\n\ndone: say it\n');
  expect([before, existsSync(transcript), existsSync(output)]).toEqual([true, false, false]);
  expect(deleted.out).toMatch(/deleted: \d+ entries, 1 task/);
  expect(await office.json('tasks', 'list')).toEqual([]);
});

test('a chat in which something runs is not deleted without --force', async () => {
  const task = await office.json('tasks', 'add', 'take long');
  await office.work();
  const { base } = await office.program();
  const { waitFor } = await import('../../src/engine/wait-for.ts');
  const isRunning = async () => ((await base.store.task(task.id))?.status === 'running' ? true : undefined);
  await waitFor(base, new AbortController().signal, isRunning);

  const refused = await office.run('chats', 'delete', task.chat_id);
  const forced = await office.run('chats', 'delete', task.chat_id, '--force');

  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('a task runs in it; end that first, or give --force'),
  });
  expect(forced.code).toBe(0);
});

test.each([
  [['--rounds', '3'], '--rounds needs --chaos'],
  [['--playbook', 'x.yaml'], '--playbook needs --chaos'],
  [['--limits', '--seed', '3'], '--seed needs --chaos'],
  [['--limits', '--chaos'], '--limits and --chaos cannot be given together'],
  [['--online', '--limits'], '--online and --limits cannot be given together'],
  [['--chaos', '--allow', 'Bash(('], '--allow: the rule "Bash((" cannot be read'],
  [['--chaos', '--allow', 'Baash'], 'did you mean "Bash"?'],
])('doctor %j is bad usage, and nothing is looked at or rehearsed', async (words, message) => {
  const { code, out, err } = await office.run('doctor', ...words);

  expect(err).toContain(message);
  expect(out).toBe('');
  expect(code).toBe(2);
});

test('doctor reports settings that cannot be read instead of ending with them', async () => {
  const ok = await office.json('doctor', '--online');
  const other = await createOffice();
  await mkdir(join(other.cwd, '.letta'), { recursive: true });
  await writeFile(join(other.cwd, '.letta', 'settings.json'), '{ "permissions": ');

  const broken = await other.run('doctor', '--json');
  await other.close();

  expect(ok).toMatchObject({
    ok: true,
    checks: expect.arrayContaining([expect.objectContaining({ check: 'model answers', level: 'ok' })]),
  });
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({ ok: false, checks: [{ check: 'settings', level: 'broken' }] });
});

test('every subcommand and every command of one has help with examples', async () => {
  const { out } = await office.run('completion', 'bash');
  const paths = (/^ +(\/tasks\|\S+)\)/m.exec(out)?.[1] ?? '').split('|').map(path => path.slice(1).split('/'));

  const helps = await Promise.all(paths.map(path => office.run('help', ...path)));

  expect(paths.length).toBeGreaterThan(25);
  const without = paths.filter((_, i) => helps[i]?.code !== 0 || !helps[i]?.out.includes('\nExamples:\n'));
  expect(without).toEqual([]);
});

test.each([
  [['taks', 'list'], 'tasks'],
  [['taks'], 'tasks'],
  [['doctr', '--json'], 'doctor'],
  [['model', 'list'], 'models'],
  [['task', 'the', 'parser', 'with', 'tests'], undefined],
  [['model', 'the', 'data'], undefined],
  [['explain', 'this'], undefined],
  [['tasks are hard'], undefined],
  [['-p', 'taks'], undefined],
  [['tasks', 'lst'], undefined],
])('the words %j are taken for the subcommand %s', async (words, meant) => {
  const names = subcommands.map(({ name }) => name);
  const commandsOf = async (name: string) =>
    name === 'tasks' ? ['list', 'add'] : name === 'models' ? ['list', 'test'] : [];

  expect(await misspelt(words, names, commandsOf)).toBe(meant);
});

/** What bash would offer for the last word. */
async function offered(script: string, ...words: string[]): Promise<string[]> {
  const program = `source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _legwork; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await runFile('bash', ['--norc', '-c', program, 'bash', 'legwork', ...words]);
  return stdout.split('\n').filter(word => word !== '');
}

test('bash completes subcommands, their commands, options and the values of options', async () => {
  const script = join(office.root, 'completion.bash');
  await writeFile(script, (await office.run('completion', 'bash')).out);

  expect(await offered(script, 'ta')).toEqual(['tasks']);
  expect(await offered(script, 'tasks', 're')).toEqual(['retry']);
  expect(await offered(script, 'tasks', 'add', '--no')).toEqual(['--notify']);
  expect(await offered(script, 'tasks', 'add', '--notify', '')).toEqual(['wake', 'quiet', 'none']);
  expect(await offered(script, 'completion', 'z')).toEqual(['zsh']);
  expect(await offered(script, '--outp')).toEqual(['--output-format']);
  expect(await offered(script, 'chats', '')).toEqual(['list', 'show', 'export', 'rename', 'delete']);
});

test('the scripts for zsh and fish know the same commands', async () => {
  const [zsh, fish] = await Promise.all(['zsh', 'fish'].map(shell => office.run('completion', shell)));

  expect(zsh?.out).toContain("'transcript:Print the readable story of a task, made from the log.'");
  expect(fish?.out).toContain('complete -c legwork -n \'__legwork_at "/tasks"\' -f -a transcript -d ');
});

test('agents new leaves what is in a file alone', async () => {
  const path = await agentFile('mine.md', 'precious');

  await office.run('agents', 'new', 'mine');

  expect(await readFile(path, 'utf8')).toBe('precious');
});
