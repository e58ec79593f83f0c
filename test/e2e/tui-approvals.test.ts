import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { startInTerminal, type Terminal } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const playbook = `name: p
replies:
  - when: { agent: primary, from: user, contains: touch }
    call:
      - { tool: Bash, input: { command: "touch made.txt # \\u001b]0;x\\u0007\\u202e" } }
  - when: { agent: primary, from: user, contains: tests }
    call:
      - { tool: Bash, input: { command: npm test } }
  - when: { agent: primary, from: user, contains: write }
    call:
      - { tool: Write, input: { file_path: new.txt, content: "one\\ntwo\\n" } }
  - when: { agent: primary, from: user, contains: wait }
    delay_ms: 1500
    call:
      - { tool: Bash, input: { command: "touch late.txt" } }
  - when: { agent: primary, from: user, contains: choose }
    call:
      - { tool: AskUserQuestion, input: { question: "Which colour?", options: [red, green] } }
  - when: { agent: primary, from: user, contains: errand }
    call:
      - { tool: Task, input: { subagent_type: general-purpose, description: Make a file, prompt: make it, run_in_background: true } }
  - when: { agent: general-purpose, step: 1 }
    call:
      - { tool: Bash, input: { command: "touch errand.txt" } }
  - when: { agent: general-purpose }
    say: it is made
  - when: { agent: primary, tool: Task }
    say: It is on its way.
  - when: { agent: primary, from: tool }
    say: 'It gave: {{result | first 1}}'
default:
  say: 'heard: {{input | cut 60}}'
`;

async function machine() {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), playbook);
  await writeFile(join(cwd, 'package.json'), '{"scripts":{"test":"echo tested"}}');
  return { home, cwd, args: ['--model', 'playbook/p.yaml'] };
}

/** Answers as somebody who has read: not within the time in which keys are not meant for it (R27). */
async function answer(terminal: Terminal, ...keys: string[]): Promise<void> {
  await setTimeout(limits.questionGraceMs + 100);
  terminal.press(...keys);
}

function say(terminal: Terminal, text: string): void {
  terminal.type(text);
  terminal.press('Enter');
}

test('R25 an approval shows the whole command; no with a reason is told to the model, yes runs it', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'touch it'] });
  const asked = await terminal.sees(/\? Bash wants to run a command[\s\S]*no, and say why/);

  await answer(terminal, 'm');
  terminal.type('use another name');
  await terminal.sees(/no, because use another name/);
  terminal.press('Enter');
  await terminal.sees(/It gave: Denied by the user\. They said: use another name/);
  const isMadeAfterNo = existsSync(join(at.cwd, 'made.txt'));
  say(terminal, 'touch it again');
  await terminal.sees(/touch it again[\s\S]*\? Bash wants/);
  await answer(terminal, 'y');
  await terminal.sees(/touch it again[\s\S]*It gave: /);

  expect(asked).toContain('$ touch made.txt # \\x1b]0;x\\x07\\u{202e}');
  expect(asked).toContain(`in ${at.cwd}`);
  expect(isMadeAfterNo).toBe(false);
  expect(existsSync(join(at.cwd, 'made.txt'))).toBe(true);
});

test('a longer yes: in this chat, and always, by the rule that was shown; mode and rule hold after a restart', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, columns: 200, args: [...at.args, 'write it'] });
  await terminal.sees(
    /\? Write wants to make a file[\s\S]*1 \+ one[\s\S]*2 \+ two[\s\S]*in this chat do not ask for\s+Edit\(/,
  );
  await answer(terminal, 'c');
  await terminal.sees(/not asked about any more in this chat: Edit\([\s\S]*It gave: Created new\.txt/);
  say(terminal, 'tests please');
  await terminal.sees(/writes "Bash\(npm test \*\)" into your settings/);
  await answer(terminal, 'a');
  await terminal.sees(/tests please[\s\S]*It gave: /);
  terminal.press('BTab', 'BTab');
  await terminal.sees(/· plan ·/);
  terminal.press('C-d');
  await terminal.sees(/exit code 0/);
  const settings = JSON.parse(await readFile(join(at.home, 'config', 'settings.json'), 'utf8'));

  const again = startInTerminal({ ...at, columns: 200, args: [...at.args, '-c'] });
  await again.sees(/· plan ·/);
  say(again, 'write it again');
  const planned = await again.sees(/write it again[\s\S]*It gave: [^\n]*/);
  again.press('BTab');
  await again.sees(/· ask ·/);
  say(again, 'write it once more');
  const free = await again.sees(/once more[\s\S]*It gave: [^\n]*/);
  again.press('BTab', 'BTab', 'BTab');
  say(again, 'tests again');
  const tested = await again.sees(/tests again[\s\S]*It gave: [^\n]*/);
  say(again, '/permissions');

  await again.sees(/allow {2}Edit\([^\n]*\*\*\) {2}from this chat/);
  expect(settings.permissions.allow).toEqual(['Bash(npm test *)']);
  expect(planned).toMatch(/write it again[\s\S]*Denied: plan mode/);
  expect(free).not.toMatch(/once more[\s\S]*wants to/);
  expect(tested).not.toMatch(/tests again[\s\S]*wants to/);
});

test('S13 what a subagent asks opens with its task; answered in one terminal it closes in the other', async () => {
  const at = await machine();
  const first = startInTerminal({ ...at, args: [...at.args, 'an errand'] });
  await first.sees(/\? Bash wants to run a command \(task "Make a file"\)/);
  const second = startInTerminal({ ...at, args: [...at.args, '-c'] });
  await second.sees(/\? Bash wants to run a command \(task "Make a file"\)/);

  await answer(second, 'y');
  const closed = await first.sees(/allowed elsewhere/);
  await first.sees(/heard: [\s\S]*> Ask for something/);

  expect(closed).not.toMatch(/wants to run a command/);
  expect(existsSync(join(at.cwd, 'errand.txt'))).toBe(true);
});

test('a question that was open when the terminal went away is asked again, and answered by its number', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'let me choose'] });
  await terminal.sees(/\? A question\nWhich colour\?\n› 1 {2}red\n {2}2 {2}green/);
  terminal.hangUp();

  const again = startInTerminal({ ...at, args: [...at.args, '-c'] });
  await again.sees(/\? A question\nWhich colour\?\n› 1 {2}red\n {2}2 {2}green/);
  await answer(again, '2');

  await again.sees(/It gave: green/);
});
