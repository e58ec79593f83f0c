import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import { messagesOf } from '../../src/engine/context.ts';
import { emptyLane, reduceLane } from '../../src/engine/lane-state.ts';
import { chatCost } from '../../src/tasks/chat-cost.ts';
import { contextParts } from '../../src/tasks/context-parts.ts';
import { forkChat } from '../../src/tasks/fork-chat.ts';
import { openChat } from '../../src/tasks/open-chat.ts';
import { bypass, createWorld, ofType, until, user } from '../fakes/program.ts';
import { cast, latch, onceOpen, says, uses } from '../fakes/script-model.ts';

const errand = [
  'Task',
  { subagent_type: 'general-purpose', prompt: 'look', description: 'look', run_in_background: true },
] as const;

async function talked() {
  const world = await createWorld(
    cast([uses(errand), says('sent'), says('heard'), says('more')], { look: () => says('found it') }),
  );
  const program = await world.open();
  await program.say('first');
  await program.quiet();
  return { world, program };
}

test('a fork has what was said, and the model goes on from it; the other chat and its tasks stay as they were', async () => {
  const { world, program } = await talked();
  const before = await program.entries();

  const chat = await forkChat(program.base, { from: world.chatId, user });
  const fork = await openChat(program.base, {
    model: 'test/model',
    policy: bypass,
    startsOnLate: true,
    kind: 'test',
    canAsk: () => false,
    host: 'test',
    chatId: chat.id,
    user,
    pid: 4,
  });
  await fork.session.send('and now?');
  await until(async () => ofType(await program.store.entries(chat.id), 'turn:ended').length === 3);
  await fork.close();

  const copied = await program.store.entries(chat.id);
  expect(copied[0]).toMatchObject({ type: 'chat:created', title: 'test (fork)', forkedFrom: { chatId: world.chatId } });
  expect(ofType(copied, 'model:answered').map(entry => entry.text)).toEqual(['', 'sent', 'heard', 'more']);
  expect(copied.every(entry => entry.lane === 'main')).toBe(true);
  expect(await program.entries()).toEqual(before);
  expect(await program.store.tasks({ chatId: chat.id })).toEqual([]);
});

test('a fork before an entry ends there, and a turn that was open is closed in it', async () => {
  const { world, program } = await talked();
  const answered = ofType(await program.entries('main'), 'model:answered');

  const chat = await forkChat(program.base, { from: world.chatId, user, before: answered[1]?.seq, title: 'earlier' });

  const copied = await program.store.entries(chat.id);
  expect(chat.title).toBe('earlier');
  expect(ofType(copied, 'model:answered')).toHaveLength(1);
  expect(copied.at(-1)).toMatchObject({ type: 'turn:ended', end: 'interrupted' });
});

test('the copies keep their times, and a turn in which nothing has happened is left out', async () => {
  const { world, program } = await talked();
  const entries = await program.entries('main');
  const second = ofType(entries, 'turn:started')[1];

  const chat = await forkChat(program.base, { from: world.chatId, user, before: (second?.seq ?? 0) + 1 });

  const copied = await program.store.entries(chat.id);
  const before = entries.filter(entry => entry.seq < (second?.seq ?? 0) && entry.type !== 'chat:created');
  expect(copied.slice(1).map(({ type, at }) => ({ type, at }))).toEqual(before.map(({ type, at }) => ({ type, at })));
});

test('a fork of a conversation that was compacted is told the same as the conversation', async () => {
  const { world, program } = await talked();
  await program.store.write(tx =>
    tx.append(world.chatId, 'main', 5, [{ type: 'policy:changed', change: { kind: 'allow', tool: 'Look' } }]),
  );
  const cut = ofType(await program.entries('main'), 'model:answered')[0]?.seq ?? 0;
  await program.store.write(tx =>
    tx.append(world.chatId, 'main', 6, [
      { type: 'context:compacted', summary: 'what came before', throughSeq: cut, usage: {} },
    ]),
  );

  const chat = await forkChat(program.base, { from: world.chatId, user });

  const told = async (of: ChatId) => messagesOf(await program.store.entries(of, { lane: 'main' }), [], '');
  expect(await told(chat.id)).toEqual(await told(world.chatId));
  expect((await told(chat.id))[0]).toEqual({ role: 'user', text: 'what came before' });
});

test('the mode goes along, and what was allowed in the other chat does not', async () => {
  const { world, program } = await talked();
  await program.chat.session.changePolicy({ kind: 'allow', tool: 'Bash' });
  await program.chat.session.changePolicy({ kind: 'mode', mode: 'plan' });

  const chat = await forkChat(program.base, { from: world.chatId, user });

  const changes = ofType(await program.store.entries(chat.id), 'policy:changed').map(({ change }) => change);
  expect(changes).toEqual([{ kind: 'mode', mode: 'plan' }]);
});

test('of tasks that are unfinished the model is told that they report elsewhere; they do, and a fork starts no turn by itself', async () => {
  const hold = latch();
  const world = await createWorld(
    cast([uses(errand), says('sent'), says('heard')], { look: onceOpen(hold, says('found it')) }),
  );
  const program = await world.open();
  await program.say('first');
  await program.quietButTasks();
  const [task] = await program.tasks();

  const chat = await forkChat(program.base, { from: world.chatId, user });
  hold.open();
  await program.quiet();

  const copied = await program.store.entries(chat.id);
  expect(copied.at(-1)).toMatchObject({ type: 'program:remarked' });
  expect(ofType(copied, 'program:remarked')[0]?.text).toContain(`- ${task?.id} running: look`);
  expect(copied.reduce(reduceLane, emptyLane).turnId).toBeUndefined();
  expect(await program.store.pending(chat.id, 'main')).toEqual([]);
  expect(ofType(await program.entries('main'), 'model:answered').at(-1)?.text).toBe('heard');
});

test('a chat that is not there cannot be forked, and nothing is kept', async () => {
  const { program } = await talked();
  const before = await program.store.chats();

  await expect(forkChat(program.base, { from: 'chat_none' as never, user })).rejects.toThrow(
    'there is no chat chat_none',
  );

  expect(await program.store.chats()).toEqual(before);
});

test('the cost of a chat is that of the conversation and of each task', async () => {
  const { world, program } = await talked();
  const { main, tasks, total } = await chatCost(program.store, world.chatId);

  const answers = ofType(await program.entries('main'), 'model:answered');
  const sum = answers.reduce((tokens, entry) => tokens + (entry.usage.inputTokens ?? 0), 0);
  expect(main.inputTokens).toBe(sum);
  expect(tasks.map(({ task }) => task.description)).toEqual(['look']);
  expect(total.inputTokens).toBe(sum + (tasks[0]?.usage.inputTokens ?? 0));
});

test('what fills the window is told of the very next request', async () => {
  const { program } = await talked();

  const { parts, window } = await contextParts(program.base, await program.chat.work());

  expect(window).toBe(program.base.models.facts('test/model').contextWindow);
  expect(parts.map(part => part.name)).toEqual([
    'system prompt',
    'tools',
    'what people and tasks said',
    'answers and calls',
    'results of tools',
  ]);
  for (const { tokens } of parts) expect(tokens).toBeGreaterThan(0);
});
