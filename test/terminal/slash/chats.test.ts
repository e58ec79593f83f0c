import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slashCommands } from '../../../src/plain/commands.ts';
import { createChat } from '../../../src/tasks/open-chat.ts';
import { createWorld, user } from '../../fakes/program.ts';
import { cast, says } from '../../fakes/script-model.ts';
import { createStage } from '../../fakes/stage.ts';
import { temporaryDirectory } from '../../fakes/workspace.ts';

async function begin() {
  const workspace = await temporaryDirectory();
  const world = await createWorld(cast([says('the answer')]), { cwd: workspace });
  const program = await world.open();
  await program.say('the question');
  await program.quiet();
  return { world, program, workspace, stage: createStage(program, slashCommands, { workspace }) };
}

test('/new, /quit and their other names leave the chat', async () => {
  const { stage } = await begin();

  for (const name of ['new', 'clear', 'quit', 'exit']) await stage.give(name);

  const another = { kind: 'chat', chat: undefined };
  expect(stage.destinations).toEqual([another, another, { kind: 'quit' }, { kind: 'quit' }]);
});

test('/resume lists the chats of the folder, and goes on in the one that is named', async () => {
  const { program, workspace, stage } = await begin();
  const id = await createChat(program.base, { user, cwd: workspace, title: 'an \u001b[31mearlier one' });
  await createChat(program.base, { user, cwd: '/elsewhere', title: 'of another folder' });

  const rows = await stage.give('resume');
  await stage.give('resume', id.slice(-8));
  await stage.give('resume', stage.chatId);

  expect(rows.slice(1)).toEqual([`  ${id.slice(-8)}  now       an \\x1b[31mearlier one`]);
  expect(stage.destinations).toMatchObject([{ kind: 'chat', chat: { id } }]);
  expect(stage.notices).toEqual(['that is the chat that is open']);
});

test('/rename gives the chat its name, and says so', async () => {
  const { program, stage } = await begin();

  await stage.give('rename', ' release\nnotes ');

  expect((await program.store.chat(stage.chatId))?.title).toBe('release notes');
  expect(stage.notices).toEqual(['this chat is now called "release notes"']);
});

test('/fork goes on in a copy', async () => {
  const { program, stage } = await begin();

  await stage.give('fork', 'another way');

  const [to] = stage.destinations;
  expect(to).toMatchObject({ kind: 'chat', chat: { title: 'another way' } });
  expect(await program.store.chats({ kind: 'person' })).toHaveLength(2);
});

test('/export writes the chat as Markdown, and replaces a file only when told to', async () => {
  const { workspace, stage } = await begin();
  await mkdir(join(workspace, 'folder'));
  await writeFile(join(workspace, 'mine.md'), 'mine');

  await stage.give('export', 'chat.md');
  await expect(stage.give('export', 'mine.md')).rejects.toThrow('/export mine.md! replaces it');
  await expect(stage.give('export', 'folder')).rejects.toThrow('is no file');
  const kept = await readFile(join(workspace, 'mine.md'), 'utf8');
  await stage.give('export', 'mine.md!');

  const written = await readFile(join(workspace, 'chat.md'), 'utf8');
  expect(written).toContain('## You\n\nthe question\n');
  expect(written).toContain('the answer');
  expect(kept).toBe('mine');
  expect(await readFile(join(workspace, 'mine.md'), 'utf8')).toBe(written);
});
