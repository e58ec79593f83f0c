import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startInTerminal, type Terminal } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const playbook = `name: p
replies:
  - when: { agent: primary, from: notification }
    say: 'Came back: {{notifications | first 1}}'
  - when: { agent: explore }
    say: the report of the explorer
default:
  say: 'heard: {{input}}'
`;

async function begin(
  options: { columns?: number; first?: string } = {},
): Promise<Terminal & { cwd: string; home: string }> {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), playbook);
  const { columns = 80, first = 'apples and pears' } = options;
  const terminal = startInTerminal({ cwd, home, columns, args: ['--model', 'playbook/p.yaml', first] });
  await terminal.sees(new RegExp(`heard: ${first}`));
  return { ...terminal, cwd, home };
}

function give(terminal: Terminal, line: string): void {
  terminal.type(line);
  terminal.press('Enter');
}

test('a slip is answered with the nearest command, and two slashes send one', async () => {
  const terminal = await begin();

  give(terminal, '/hlep');
  await terminal.sees(/there is no command \/hlep; did you mean \/help\?/);
  give(terminal, '/help');
  await terminal.sees(/\/task \[<type> <prompt>\][\s\S]*\/doctor\s+looks at what this installation stands on/);
  give(terminal, '//help me');

  await terminal.sees(/heard: \/help me/);
});

test('/task sends a subagent whose report comes back by itself, and /cost has it', async () => {
  const terminal = await begin();

  give(terminal, '/task explore where is it?');
  await terminal.sees(/Came back: /);
  give(terminal, '/tasks');
  await terminal.sees(/✓ where is it\? [\s\S]*enter open/);
  terminal.type('q');
  await terminal.sees(/Ask for something/);
  give(terminal, '/cost');

  await terminal.sees(/the conversation .*tokens[\s\S]*where is it\?.*tokens[\s\S]*in all, with 1 task/);
});

test('a fork goes on from what was said, and the list leads back to the chat that it came from', async () => {
  const terminal = await begin();

  give(terminal, '/rename first of all');
  await terminal.sees(/this chat is now called "first of all"/);
  give(terminal, '/fork another way');
  await terminal.sees(/Legwork[\s\S]*Legwork[\s\S]*heard: apples and pears/);
  give(terminal, 'plums');
  await terminal.sees(/heard: plums/);
  give(terminal, '/resume');
  await terminal.sees(/Chats of this folder \(1\)[\s\S]*› first of all[\s\S]*heard: apples and pears/);
  terminal.press('Enter');
  await terminal.sees(/(?:Legwork[\s\S]*){3}heard: apples and pears/);
  give(terminal, '/chats');

  await terminal.sees(/Chats of this folder \(1\)[\s\S]*› another way/);
});

test('a theme is chosen from a list and kept for the next time', async () => {
  const terminal = await begin();

  give(terminal, '/theme');
  await terminal.sees(/Theme \(5\)[\s\S]*high-contrast/);
  terminal.type('high');
  await terminal.sees(/› high-contrast/);
  terminal.press('Enter');
  await terminal.sees(/theme high-contrast; what stands above keeps its colours/);

  const settings = await readFile(join(terminal.home, 'settings.json'), 'utf8').catch(() =>
    readFile(join(terminal.home, 'config', 'settings.json'), 'utf8'),
  );
  expect(JSON.parse(settings)).toMatchObject({ theme: 'high-contrast' });
});

test('at 40 columns commands and lists have room', async () => {
  const terminal = await begin({ columns: 40, first: 'hi' });

  give(terminal, '/context');
  await terminal.sees(/tokens, by estimate[\s\S]*system prompt[\s\S]*free/);
  give(terminal, '/agents');
  const shown = await terminal.sees(/Subagents \(\d\)\n[\s\S]*› explore/);

  expect(shown.split('\n').filter(line => line.length > 40)).toEqual([]);
});

test('/export writes the chat, and /quit leaves', async () => {
  const terminal = await begin();

  give(terminal, '/export chat.md');
  await terminal.sees(/written: .*chat\.md/);
  give(terminal, '/quit');
  await terminal.sees(/exit code 0/);

  expect(await readFile(join(terminal.cwd, 'chat.md'), 'utf8')).toContain('## You\n\napples and pears\n');
});
