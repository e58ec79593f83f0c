import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { isProcessAlive } from '../../src/platform/process-alive.ts';
import { builtProgram } from '../fakes/built-program.ts';
import { expectWithin } from '../fakes/pace.ts';
import { startInLines, type Terminal } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const playbook = `name: p
replies:
  - when: { agent: primary, from: user, contains: touch }
    say: I make a file.
    call:
      - { tool: Bash, input: { command: "touch made.txt # \\u001b]0;x\\u0007" } }
  - when: { agent: primary, from: user, contains: ask me }
    call:
      - { tool: AskUserQuestion, input: { question: "Which one?", options: [red, green] } }
  - when: { agent: primary, from: user, contains: slow }
    say: one two ${'three '.repeat(200)}
    chunk_chars: 5
    chunk_delay_ms: 300
  - when: { agent: primary, from: user, contains: errand }
    call:
      - { tool: Task, input: { subagent_type: explore, description: A long errand, prompt: go, run_in_background: true } }
  - when: { agent: primary, from: user, contains: fail }
    fault: { status: 401 }
  - when: { agent: explore }
    delay_ms: 600000
    say: back
  - when: { agent: primary, tool: Task }
    say: It is on its way.
  - when: { agent: primary, from: tool }
    say: 'It gave: {{result | first 1}}'
default:
  say: 'heard: {{input}}'
`;

async function machine() {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), playbook);
  return { home, cwd, args: ['--model', 'playbook/p.yaml'] };
}

function execProgram(at: { cwd: string; home: string }, args: readonly string[], input = '') {
  return spawnSync(process.execPath, [builtProgram, ...args], {
    cwd: at.cwd,
    input,
    encoding: 'utf8',
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: at.home, LEGWORK_HOME: at.home },
  });
}

/** Keys that come right after a question appeared count for the draft (R27); those that come later than that are an answer. */
async function answer(terminal: Terminal, key: string): Promise<void> {
  await setTimeout(limits.questionGraceMs);
  terminal.press(key, 'Enter');
}

test('an approval is asked with the whole command; n denies it and nothing happens, y runs it', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'touch it'] });
  const made = join(at.cwd, 'made.txt');

  const asked = await terminal.sees(/wants to run[\s\S]*allow it\? y\/n$/);
  await answer(terminal, 'n');
  await terminal.sees(/Denied by the user[\s\S]*It gave: [\s\S]*\n>$/);
  const existsAfterNo = existsSync(made);
  terminal.type('touch it again');
  terminal.press('Enter');
  await terminal.sees(/touch it again[\s\S]*allow it\? y\/n$/);
  await answer(terminal, 'y');
  await terminal.sees(/allowed[\s\S]*It gave: [\s\S]*\n>$/);

  expect(asked).toContain('    touch made.txt # \\x1b]0;x\\x07');
  expect(existsAfterNo).toBe(false);
  expect(existsSync(made)).toBe(true);
});

test('what is typed while an answer streams is shown as waiting and read afterwards; Ctrl+C interrupts the turn only', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'slow'] });
  await terminal.sees(/one two/);

  terminal.type('later');
  terminal.press('Enter');
  await terminal.sees(/> later/);
  terminal.press('C-c');

  const shown = await terminal.sees(/heard: later/);
  expect(shown).toContain('interrupted; what runs in the background goes on');
  expect(shown).toContain('it waits in the inbox');
});

test('a question with options is answered by its number', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'ask me'] });
  await terminal.sees(/1 {2}red\n {2}2 {2}green[\s\S]*in your words$/);

  await answer(terminal, '2');

  expect(await terminal.sees(/It gave: [\s\S]*\n>$/)).toContain('It gave: green');
});

test('S17 leaving with a task at work asks; parked, it is told of and waits', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'errand'] });
  await terminal.sees(/on its way/);

  terminal.press('C-d');
  await terminal.sees(/keep, park or stop\? k\/p\/s$/);
  terminal.press('p', 'Enter');

  expect(await terminal.sees(/exit code \d+/)).toContain('1 task parked; they go on');
});

test('a piped input in which nothing is said ends the program, and leaves no chat', async () => {
  const at = await machine();

  const { status, stdout } = execProgram(at, at.args, '\n');
  const chats = execProgram(at, ['chats', 'list', '--json']);

  expect(status).toBe(0);
  expect(stdout).toContain('Legwork ');
  expect(chats.stdout).toBe('[]\n');
});

test('a chat is named by its first input, and one in which nothing was said is not kept', async () => {
  const at = await machine();
  const first = startInLines(at);
  await first.sees(/twice leaves\.\n\n>$/);
  first.type('name me');
  first.press('Enter');
  await first.sees(/heard: name me/);
  first.press('C-d');
  await first.sees(/exit code 0/);

  const second = startInLines(at);
  await second.sees(/twice leaves\.\n\n>$/);
  second.press('C-d');
  const left = await second.sees(/exit code 0/);

  const chats = execProgram(at, ['chats', 'list', '--json']);
  expect(left).not.toContain('Go on with');
  expect(JSON.parse(chats.stdout)).toEqual([expect.objectContaining({ title: 'name me' })]);
});

test('S17 kept tasks go on in a process of their own after the terminal was left', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'errand'] });
  await terminal.sees(/on its way/);

  terminal.press('C-d');
  await terminal.sees(/k\/p\/s$/);
  terminal.press('k', 'Enter');
  const left = await terminal.sees(/exit code 0/);
  const pid = Number(/kept at work by process (\d+)/.exec(left)?.[1]);

  const tasks = () => JSON.parse(execProgram(at, ['tasks', 'list', '--json']).stdout);
  await expect.poll(tasks).toEqual([expect.objectContaining({ status: 'running' })]);
  expect(isProcessAlive(pid)).toBe(true);
});

test('R17 when the terminal goes away the program leaves within two seconds and its tasks are parked', async () => {
  const at = await machine();
  const terminal = startInLines({ ...at, args: [...at.args, 'errand'] });
  await terminal.sees(/on its way/);
  const tasks = () => JSON.parse(execProgram(at, ['tasks', 'list', '--json']).stdout);

  // tmux itself takes up to two seconds before it hangs up.
  await expectWithin(4_000, async () => {
    const since = performance.now();
    terminal.hangUp();
    await expect.poll(() => tasks()[0]?.status, { interval: 1 }).toBe('parked');
    return performance.now() - since;
  });

  expect(tasks()).toEqual([expect.objectContaining({ status: 'parked', park_reason: 'process-gone' })]);
});

test('without a terminal each line of the input is a turn; the exit code tells whether the last one failed', async () => {
  const at = await machine();
  const run = (input: string) => execProgram(at, at.args, input);

  const good = run('one\n\ntwo');
  const bad = run('fail\n');
  const denied = run('touch it\n');

  expect(good.stdout).toMatch(/> one\n\nheard: one\n\n> two\n\nheard: two\n$/);
  expect([good.status, good.stderr]).toEqual([0, '']);
  expect([bad.status, bad.stdout]).toEqual([1, expect.stringContaining('HTTP 401')]);
  expect(denied.stdout).toContain('Nobody is there to be asked');
  expect(good.stdout + bad.stdout + denied.stdout).not.toContain('\u001b');
});
