import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startInTerminal, type Terminal } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const playbook = `name: p
replies:
  - when: { agent: primary, from: user, contains: slow }
    say: one two ${'three '.repeat(60)}
    chunk_chars: 5
    chunk_delay_ms: 300
  - when: { agent: primary, from: user, contains: steps }
    say: I look.
    call:
      - { tool: Bash, input: { command: "sleep 3" } }
  - when: { agent: primary, from: user }
    say: 'heard: {{input | cut 60}}'
  - when: { agent: primary, from: tool }
    say: I have looked.
default:
  say: 'heard: {{input | cut 60}}'
`;

async function machine() {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), playbook);
  return { home, cwd, args: ['--model', 'playbook/p.yaml', '--permission-mode', 'bypass'] };
}

const placeholder = /> Ask for something/;

/** The program with an empty composer. */
async function begin(more: readonly string[] = []) {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, ...more] });
  if (more.length === 0) await terminal.sees(placeholder);
  return { at, terminal };
}

function say(terminal: Terminal, text: string, key = 'Enter'): void {
  terminal.type(text);
  terminal.press(key);
}

test('several lines are written, changed by the keys of a shell, and sent as one; an idle agent answers at once', async () => {
  const { terminal } = await begin();

  terminal.type('first line\\');
  terminal.press('Enter');
  terminal.type('sekond');
  terminal.press('C-j');
  terminal.type('third');
  const drawn = await terminal.sees(/> first line\n {2}sekond\n {2}third\n/);
  terminal.press('Up', 'End', 'C-w');
  terminal.type('second');
  terminal.press('Enter');
  const shown = await terminal.sees(/heard: first line\s+second\s+third/);

  expect(drawn).toContain('─────');
  expect(shown).toMatch(/> first line\n {2}second\n {2}third\n\nheard/);
  expect(shown.match(/> first line/g)).toHaveLength(1);
});

test('what is typed and Enter may come in one read', async () => {
  const { terminal } = await begin();

  terminal.type('all at once\r');

  await terminal.sees(/heard: all at once/);
});

test('R26 a paste is one token, is sent whole, and an end mark inside of it sends nothing', async () => {
  const { terminal } = await begin();

  terminal.type(`\u001b[200~${'pasted line\n'.repeat(240)}\u001b[201~`);
  await terminal.sees(/> \[pasted #1: 240 lines\]/);
  terminal.type(' \u001b[200~one\u001b[201~\rtwo\r\u001b[201~');
  const shown = await terminal.sees(/\[pasted #1: 240 lines\] one\\x1b\[201~\n {2}two/);
  terminal.press('C-u', 'C-u', 'C-w');
  terminal.press('Enter');
  await terminal.sees(/heard: pasted line/);

  expect(shown).not.toContain('heard');
});

test('inputs that wait are shown, changed, moved and removed, and are read in the order in which they then stand', async () => {
  const { terminal } = await begin(['slow']);
  await terminal.sees(/one two/);

  say(terminal, 'first');
  say(terminal, 'second', 'M-Enter');
  say(terminal, 'third');
  const queued = await terminal.sees(
    /3 inputs wait[\s\S]*1 first +read at the next step\n {2}2 second +read after the turn\n {2}3 third/,
  );
  terminal.press('Up');
  await terminal.sees(/› 3 third/);
  terminal.press('M-Up');
  await terminal.sees(/› 2 third[\s\S]*3 second/);
  terminal.press('Up');
  terminal.press('d');
  await terminal.sees(/› 1 third[\s\S]*2 second/);
  terminal.press('e');
  await terminal.sees(/1 input waits[\s\S]*> third\n/);
  say(terminal, ', changed');
  await terminal.sees(/1 second[\s\S]*2 third, changed/);
  terminal.press('C-c');
  const shown = await terminal.sees(/heard: (?:second|third)[\s\S]*> Ask/);

  expect(queued).not.toContain('\n> first');
  expect(shown).not.toContain('> first');
  expect(shown).toMatch(/> second\n[\s\S]*> third, changed\n/);
});

test('an input steers at the next step: it is printed when the agent has read it, between two steps of one turn', async () => {
  const { terminal } = await begin();
  say(terminal, 'in steps');
  await terminal.sees(/Bash\(sleep 3\)/);

  say(terminal, 'hear me');
  await terminal.sees(/1 hear me +read at the next step/);
  const shown = await terminal.sees(/> hear me\n\n(?:heard: hear me|I have looked)/);

  expect(shown).not.toMatch(/1 hear me/);
  expect(shown.match(/hear me/g)?.length).toBeLessThanOrEqual(2);
});

test('the queue and its order outlive SIGKILL, and a second terminal shows the same queue', async () => {
  const { at, terminal } = await begin(['slow']);
  await terminal.sees(/one two/);
  say(terminal, 'first', 'M-Enter');
  say(terminal, 'second', 'M-Enter');
  await terminal.sees(/2 second/);
  terminal.press('Up', 'M-Up');
  await terminal.sees(/› 1 second[\s\S]*2 first/);

  const viewer = startInTerminal({ ...at, args: [...at.args, '-c'] });
  const seen = await viewer.sees(/2 inputs wait[\s\S]*1 second[\s\S]*2 first/);
  terminal.kill();
  await terminal.sees(/exit code 137/);
  const after = await viewer.sees(/> second\n\n> first\n\nheard: /);

  expect(seen).toMatch(/1 second +read after the turn\n {2}2 first +read after the turn/);
  expect(after.match(/second/g)).toHaveLength(1);
});

test('what was written in another chat comes back by the arrow up and by a search', async () => {
  const { at, terminal } = await begin();
  say(terminal, 'find the needle');
  await terminal.sees(/heard: find the needle/);
  say(terminal, 'something else');
  await terminal.sees(/heard: something else/);

  const next = startInTerminal(at);
  await next.sees(placeholder);
  next.type('draft');
  next.press('Up');
  await next.sees(/> something else/);
  next.press('Down');
  await next.sees(/> draft/);
  next.press('C-r');
  next.type('needle');
  const found = await next.sees(/> find the needle\nsearch: needle/);
  next.press('Enter', 'Enter');
  await next.sees(/heard: find the needle/);

  expect(found).not.toContain('heard');
});

test('a slash and some letters show the commands; the one that is chosen is run by Enter', async () => {
  const { terminal } = await begin();

  terminal.type('/');
  await terminal.sees(/> \/\n› \/help/);
  terminal.type('key');
  const shown = await terminal.sees(/> \/key\n› \/keys/);
  terminal.press('Enter');
  await terminal.sees(/begin a new line/);

  expect(shown).not.toContain('/help');
});
