import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Program } from '../../../src/tasks/program.ts';
import { runCommand } from '../../../src/terminal/slash/command.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { bindings } from '../../../src/tui/keys.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { spelt } from '../../../src/tui/slash/keys.ts';
import { createWorld } from '../../fakes/program.ts';
import { createRepository } from '../../fakes/repository.ts';
import { cast, type Reply, says } from '../../fakes/script-model.ts';
import { createStage } from '../../fakes/stage.ts';
import { temporaryDirectory } from '../../fakes/workspace.ts';
import { createDesk } from '../desk.ts';

type Options = {
  readonly replies?: readonly Reply[];
  readonly workspace?: string;
  readonly program?: Partial<Program>;
};

async function begin({ replies = [], workspace = '/work', program: parts = {} }: Options = {}) {
  const world = await createWorld(cast(replies));
  const program = await world.open();
  for (const _ of replies) {
    await program.say('go on');
    await program.quiet();
  }
  const stage = createStage(program, [], { workspace, program: parts });
  const desk = createDesk(stage);
  const give = (name: string, rest = '') => runCommand(slashCommands, desk, name, rest);
  return { program, stage, desk, give };
}

test('/copy gives an answer to the clipboard of the terminal, and says that it did', async () => {
  const { stage, desk, give } = await begin({ replies: [says('first'), says('größer'), says('')] });

  await give('copy');
  await give('copy', '2');

  const clipboard = (text: string) => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  expect(desk.signals).toEqual([clipboard('größer'), clipboard('first')]);
  expect(stage.notices[0]).toBe('8 bytes given to the clipboard, if this terminal lets programs use it (OSC 52)');
});

test.each([
  ['0', '/copy takes a number from 1 (received "0")'],
  ['x', '/copy takes a number from 1 (received "x")'],
  ['3', 'this chat has 1 answer with text'],
])('/copy %s says what would be right', async (rest, message) => {
  const { desk, give } = await begin({ replies: [says('only')] });

  await expect(give('copy', rest)).rejects.toThrow(message);
  expect(desk.signals).toEqual([]);
});

test('clipboardBytes bounds what is given to the clipboard', async () => {
  const { desk, program, give } = await begin({ replies: [says('x'.repeat(50_000)), says('x'.repeat(50_001))] });

  await give('copy', '2');
  await expect(give('copy')).rejects.toThrow('the answer has 50001 bytes; terminals take 50000. /export writes');

  expect(program.base.limits.clipboardBytes).toBe(50_000);
  expect(desk.signals).toHaveLength(1);
});

test('/theme acts at once and is kept in the settings', async () => {
  const settings: unknown[] = [];
  const set = async (...given: unknown[]) => void settings.push(given);
  const { desk, give } = await begin({ program: { settings: { set, allow: async () => undefined } } });

  await give('theme', 'light');
  await give('theme');
  const shown = desk.drawn();
  desk.press('h', 'i', 'return');
  await desk.settled();

  expect(shown.slice(0, 7)).toEqual([
    'Theme (5)',
    'search: ',
    '› auto',
    '  dark',
    '  light',
    '  high-contrast',
    '  none',
  ]);
  expect(desk.themes).toEqual(['light', 'high-contrast']);
  expect(settings).toEqual([
    ['theme', 'light'],
    ['theme', 'high-contrast'],
  ]);
  await expect(give('theme', 'pink')).rejects.toThrow('there is no theme "pink"; there are: auto, dark');
});

test('/diff shows what is changed since the last commit, and new files by name', async () => {
  const { root, git } = await createRepository();
  await appendFile(join(root, 'a.txt'), 'more \u001b[2J\n');
  await writeFile(join(root, 'new.txt'), 'new');
  await git('config', 'diff.external', 'touch pwned; false');
  await git('config', 'core.fsmonitor', 'touch pwned; false');
  const { desk, give } = await begin({ workspace: root });

  await give('diff');

  const rows = desk.drawn({ columns: 60, rows: 24 }).map(row => row.trim());
  expect(rows).toContain('New files, not known to git:');
  expect(rows).toContain('new.txt');
  expect(rows).toContain('+more \\x1b[2J');
  expect(rows).not.toContain('pwned');
});

test('/diff of a repository without a commit shows all that is staged', async () => {
  const { root, git } = await createRepository({ isEmpty: true });
  await writeFile(join(root, 'a.txt'), 'a\n');
  await git('add', '--all');
  const { desk, give } = await begin({ workspace: root });

  await give('diff');

  expect(desk.drawn({ columns: 60, rows: 24 }).map(row => row.trim())).toContain('+a');
});

test('/diff says when nothing is changed, or when the folder is in no repository', async () => {
  const { root } = await createRepository();
  const clean = await begin({ workspace: root });
  const folder = join(await temporaryDirectory(), 'plain');
  await mkdir(folder);
  const outside = await begin({ workspace: folder });

  await clean.give('diff');
  await outside.give('diff');

  expect(clean.stage.notices).toEqual(['nothing is changed since the last commit']);
  expect(outside.stage.notices).toEqual(['this folder is in no git repository, and no agent changed a file here']);
});

test('/keys shows every key with what it does', async () => {
  const { stage, give } = await begin();

  await give('keys');

  const shown = stage.rows.join('\n').replaceAll(/\s+/g, ' ');
  for (const { keys, help } of bindings) expect(shown).toContain(`${keys.map(spelt).join(', ')} ${help}`);
});

test('/help shows every command with what it does, at any width', async () => {
  const { stage, desk } = await begin();

  for (const columns of [120, 40]) {
    stage.rows.length = 0;
    await runCommand(slashCommands, createDesk(createStageOf(stage, columns)), 'help', '');
    const shown = stage.rows.join(' ').replaceAll(/\s+/g, ' ');
    for (const { name, summary } of slashCommands)
      expect([shown.includes(`/${name}`), shown.includes(summary)]).toEqual([true, true]);
    expect(stage.rows.filter(row => widthOf(row) > columns)).toEqual([]);
  }
  expect(desk.failures).toEqual([]);
});

function createStageOf(stage: ReturnType<typeof createStage>, columns: number) {
  const wide = stage.look();
  return { ...stage, look: () => ({ ...wide, columns }) };
}
