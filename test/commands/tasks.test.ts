import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatId, TaskId } from '../../src/core/ids.ts';
import { addTask } from '../../src/tasks/add-task.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { retryTask } from '../../src/tasks/resume-task.ts';
import { idleDeps } from '../../src/tasks/working.ts';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

async function newChat(): Promise<ChatId> {
  const { base, user, workspace } = await office.program();
  return createChat(base, { user, cwd: workspace, title: 'A chat' });
}

/** Copies of a task, an hour older, half of them ended and half of them open under keys of their own, straight into the database. */
function fillUp(id: TaskId, count: number): void {
  const database = new Database(join(office.root, 'home', 'state', 'legwork.db'));
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -200000');
  const columns = (database.pragma('table_info(tasks)') as { name: string }[]).map(({ name }) => name); // The names are texts.
  const values: Record<string, string> = {
    id: "printf('task_%026d', n)",
    created_at: 'created_at - 3600000 + n',
    status: "iif(n % 2 = 0, 'completed', 'queued')",
    dedupe_key: "iif(n % 2 = 0, NULL, 'key ' || n)",
    description: "'number ' || n",
    spec: "json_set(spec, '$.definition.prompt', '')",
  };
  database
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
       INSERT INTO tasks SELECT ${columns.map(name => values[name] ?? name).join(', ')} FROM tasks, numbers WHERE id = ?`,
    )
    .run(count, id);
  database.close();
}

const add = (...argv: string[]) => office.json('tasks', 'add', ...argv);

test('T5 tasks add prints id, status and, when given, the chat, and show has the metadata', async () => {
  const chat = await newChat();

  const plain = await office.run('tasks', 'add', 'look', 'around');
  const inChat = await office.run('tasks', 'add', 'look around', '--chat', chat, '--metadata', 'priority=high');
  const shown = await office.json('tasks', 'show', /task_\w+/.exec(inChat.out)?.[0] ?? '');

  expect(plain).toMatchObject({ code: 0, out: expect.stringMatching(/^task: +task_\w{26}\nstatus: queued\n$/) });
  expect(inChat.out).toContain(`chat:   ${chat}`);
  expect(shown).toMatchObject({
    prompt: 'look around',
    status: 'queued',
    chat_id: chat,
    metadata: { priority: 'high', chat_id: chat },
  });
});

test('T5 the object of the caller is not changed', async () => {
  const program = await office.program();
  const metadata = Object.freeze({ priority: 'high' });

  const { task } = await addTask(program, { instruction: 'look', metadata, chatId: await newChat() });

  expect(metadata).toEqual({ priority: 'high' });
  expect(task.metadata).toEqual({ priority: 'high', chat_id: task.chatId });
});

test.each([
  [['look', '--chat', 'chat_nowhere'], 'there is no chat "chat_nowhere"'],
  [['  '], 'the instruction is blank'],
  [[], 'missing required argument'],
  [['look', '--metadata', 'priority'], '--metadata needs <key>=<value>'],
  [['look', '--metadata', '=high'], '--metadata needs <key>=<value>'],
  [['look', '--metadata', 'chat_id=x'], 'name the chat itself'],
  [['look', '--depends-on', 'zzzzzzzz'], 'there is no task "zzzzzzzz"'],
  [['look', '--agent', 'nobody'], 'Invalid subagent type "nobody". Available types: explore'],
  [['look', '--model', 'nonsense'], 'is not a model handle'],
  [['look', '--at', 'teatime'], '--at needs a time'],
  [['look', '--priority', 'high'], 'It must be a whole number'],
  [['look', '--prority', '1'], 'Did you mean --priority?'],
])('T6 %j is refused with exit code 2, and nothing is stored', async (argv, message) => {
  const result = await office.run('tasks', 'add', ...argv);

  expect(result.code).toBe(2);
  expect(result.err).toContain(message);
  expect(result.err).not.toContain('    at ');
  expect(await office.json('tasks', 'list')).toEqual([]);
  expect(await office.json('chats', 'list', '--everybody')).toEqual([]);
});

test('T6 a task that would wait for the one on whose behalf it is made is refused, directly and through others', async () => {
  const program = await office.program();
  const { task: parent } = await addTask(program, { instruction: 'parent' });
  const { task: between } = await addTask(program, { instruction: 'between', dependsOn: [parent.id] });

  const adding = [parent.id, between.id].map(id =>
    addTask(program, { instruction: 'child', dependsOn: [id], addedBy: parent.id }),
  );
  const refused = await Promise.allSettled(adding);

  expect(refused.map(end => end.status === 'rejected' && end.reason)).toMatchObject([
    { fault: 'bad-input', message: expect.stringContaining('cyclic') },
    { fault: 'bad-input', message: expect.stringContaining(`the new task → ${between.id} → ${parent.id}`) },
  ]);
  expect(await office.json('tasks', 'list')).toHaveLength(2);
});

test('T7 the same instruction and metadata while one is not finished: the existing task is returned', async () => {
  const chat = await newChat();
  const args = ['look', '--metadata', 'b=2', '--metadata', 'a=1', '--chat', chat];

  const first = await add(...args);
  const again = await add(' look ', '--chat', chat, '--metadata', 'a=1', '--metadata', 'b=2');
  const otherMetadata = await add('look', '--chat', chat);
  const otherChat = await add('look', '--chat', await newChat());
  const noChat = await add('look');
  const duplicate = await add(...args, '--allow-duplicates');
  await office.run('tasks', 'stop', first.id);
  const afterEnd = await add(...args);

  expect(again).toMatchObject({ id: first.id, is_existing: true });
  const ids = [first, otherMetadata, otherChat, noChat, duplicate, afterEnd].map(task => task.id);
  expect(new Set(ids).size).toBe(6);
});

test('T7 fifty adds at once over five connections make one task', async () => {
  const programs = await Promise.all(Array.from({ length: 5 }, () => office.open()));

  const added = await Promise.all(
    programs.flatMap(program => Array.from({ length: 10 }, () => addTask(program, { instruction: 'the same' }))),
  );

  expect(new Set(added.map(({ task }) => task.id)).size).toBe(1);
  expect(added.filter(({ isExisting }) => !isExisting)).toHaveLength(1);
  expect(await office.json('chats', 'list', '--agent')).toHaveLength(1);
});

test('T7 with 100,000 tasks in the store fifty adds at once make one task, and an unfinished one of them is found again', {
  timeout: 120_000,
}, async () => {
  const old = await add('number 0');
  fillUp(old.id, 100_000);
  const programs = await Promise.all(Array.from({ length: 5 }, () => office.open()));
  const { store } = await office.program();

  const added = await Promise.all(
    programs.flatMap(program => Array.from({ length: 10 }, () => addTask(program, { instruction: 'the same' }))),
  );
  const again = await add('number 0');

  expect(await store.countTasks({})).toBe(100_002);
  expect(new Set(added.map(({ task }) => task.id)).size).toBe(1);
  expect(added.filter(({ isExisting }) => !isExisting)).toHaveLength(1);
  expect(again).toMatchObject({ id: old.id, is_existing: true });
});

test('T8 a dependant waits, runs when all have completed, and fails with the reason when one is stopped or deleted', async () => {
  const one = await add('one');
  const two = await add('two');
  const both = await add('both', '--depends-on', one.id, '--depends-on', two.id);
  const doomed = await add('doomed', '--depends-on', (await add('to be stopped')).id);
  const orphan = await add('orphan', '--depends-on', (await add('to be deleted', '--metadata', 'x=y')).id);
  const statuses = async () =>
    Promise.all([both, doomed, orphan].map(async task => (await office.json('tasks', 'show', task.id)).status));
  const before = await statuses();

  await office.run('tasks', 'stop', (await office.json('tasks', 'show', doomed.id)).depends_on[0]);
  const deleted = (await office.json('tasks', 'show', orphan.id)).depends_on[0];
  const { base } = await office.program();
  const { failDependants } = await import('../../src/tasks/delete-tasks.ts');
  await base.store.write(async tx => {
    const task = await tx.task(deleted);
    await failDependants(idleDeps(base), tx, task ? [task] : []);
    await tx.deleteTasks([deleted]);
  });
  await office.work();
  const waited = await office.run('tasks', 'wait', one.id, two.id, both.id);

  expect(before).toEqual(['waiting', 'waiting', 'waiting']);
  expect(waited.code).toBe(0);
  expect(await statuses()).toEqual(['completed', 'failed', 'failed']);
  expect((await office.json('tasks', 'show', doomed.id)).outcome.message).toContain('which was stopped');
  expect((await office.json('tasks', 'show', orphan.id)).outcome.message).toContain('which was deleted');
});

test('T13 a task in a chat sees its main lane up to now and is owned by it, quietly', async () => {
  const chat = await newChat();

  const { id } = await add('Summarize our conversation', '--chat', chat);
  const task = await (await office.program()).store.task(id);

  expect(task).toMatchObject({ parentLane: 'main', notify: 'quiet', creator: 'user_local', origin: 'cli' });
  expect(task?.spec.base).toEqual([{ lane: 'main', throughSeq: 1 }]);
});

test('T17 a task without a chat makes one of the user agent, named after it, which no list of a person shows', async () => {
  const task = await add('look');

  const [chat] = await office.json('chats', 'list', '--agent');

  expect(chat).toMatchObject({
    id: task.chat_id,
    title: `Task: ${task.id.slice(-8)}`,
    user_id: 'user_agent',
    kind: 'agent',
  });
  expect(await office.json('chats', 'list')).toEqual([]);
});

test('T28 stop ends a pending task at once, and says so when it had ended already', async () => {
  const task = await add('look');

  const first = await office.run('tasks', 'stop', task.id);
  const second = await office.run('tasks', 'stop', task.id.slice(-8));

  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('stopped') });
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining('had already ended: stopped') });
});

test('T28 wait tells by its exit code how tasks ended', async () => {
  const good = await add('good');
  const bad = await add('fail now');
  const long = await add('take long');
  await office.work();

  const codes = [
    await office.run('tasks', 'wait', good.id),
    await office.run('tasks', 'wait', good.id, bad.id),
    await office.run('tasks', 'wait', long.id, '--timeout', '0.05'),
  ].map(({ code }) => code);

  expect(codes).toEqual([0, 1, 124]);
});

test('T28 retry begins a new attempt and keeps what was done', async () => {
  const task = await add('fail now');
  await office.work();
  await office.run('tasks', 'wait', task.id);

  const retried = await office.run('tasks', 'retry', task.id);
  await office.run('tasks', 'wait', task.id);
  const shown = await office.json('tasks', 'show', task.id);

  expect(retried).toMatchObject({ code: 0, out: expect.stringContaining('queued') });
  expect(shown).toMatchObject({ status: 'failed', attempt: 2 });
  expect((await office.run('tasks', 'log', task.id)).out).toContain('task:requeued');
});

test('T28 retry does not pass over a dependency that has failed', async () => {
  const first = await add('first');
  const second = await add('second', '--depends-on', first.id);
  await office.run('tasks', 'stop', first.id);
  const { base } = await office.program();

  const refused = await office.run('tasks', 'retry', second.id);
  await office.run('tasks', 'retry', first.id);
  const status = await base.store.write(tx => retryTask(idleDeps(base), tx, second.id as TaskId, 'again'));

  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('retry that one first') });
  expect(status).toBe('waiting');
});

test('T28 update merges metadata and refuses transitions that nobody may make', async () => {
  const task = await add('look', '--metadata', 'a=1');

  const updated = await office.run(
    'tasks',
    'update',
    task.id,
    '--metadata',
    'b=2',
    '--priority',
    '7',
    '--status',
    'parked',
  );
  const refused = await Promise.all(
    ['completed', 'running', 'failed'].map(status =>
      office.run('tasks', 'update', task.id, '--status', status, '--priority', '1'),
    ),
  );

  expect(updated.code).toBe(0);
  expect(refused.map(({ code }) => code)).toEqual([1, 1, 1]);
  expect(refused[0]?.err).toContain('cannot be set to completed');
  expect(await office.json('tasks', 'show', task.id)).toMatchObject({
    status: 'parked',
    priority: 7,
    metadata: { a: '1', b: '2' },
  });
});

test('T28 update gives a task that has not ended other ceilings, and refuses them for one that has', async () => {
  const task = await add('look');

  const first = await office.run('tasks', 'update', task.id, '--budget-tokens', '900', '--budget-seconds', '5');
  const second = await office.run('tasks', 'update', task.id, '--budget-tokens', '1000');
  const shown = await office.json('tasks', 'show', task.id);
  const drawn = await office.run('tasks', 'show', task.id);
  await office.run('tasks', 'stop', task.id);
  const late = await office.run('tasks', 'update', task.id, '--budget-usd', '2');

  expect([first.code, second.code]).toEqual([0, 0]);
  expect(shown.budget).toEqual({ tokens: 1000, seconds: 5 });
  expect(drawn.out).toMatch(/^budget: +1000 tokens, 5 s at work$/m);
  expect(late).toMatchObject({ code: 1, err: expect.stringContaining('give it the budget with `tasks retry`') });
});

test('T28 clear needs to know which, asks a terminal or wants --force, and never takes one that runs', async () => {
  const long = await add('take long');
  await office.work();
  const { base } = await office.program();
  const { waitFor } = await import('../../src/engine/wait-for.ts');
  const isRunning = async () => ((await base.store.task(long.id))?.status === 'running' ? true : undefined);
  await waitFor(base, new AbortController().signal, isRunning);
  await add('later', '--at', '1h');

  const which = await office.run('tasks', 'clear');
  const unasked = await office.run('tasks', 'clear', '--all');
  const cleared = await office.run('tasks', 'clear', '--all', '--force');

  expect([which.code, unasked.code, cleared.code]).toEqual([2, 2, 0]);
  expect(cleared.out).toBe('1 task deleted\n');
  expect((await office.json('tasks', 'list')).map((task: { id: string }) => task.id)).toEqual([long.id]);
});

test('T30 more than thirty a minute are refused with the time to try again, and nothing is stored', async () => {
  const chat = await newChat();
  for (let i = 0; i < 30; i += 1) await add(`task ${i}`, '--chat', chat);

  const refused = await office.run('tasks', 'add', 'one too many', '--chat', chat);
  const elsewhere = await office.run('tasks', 'add', 'one too many');

  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/try again in \d+ s/);
  expect(elsewhere.code).toBe(0);
  expect(await office.json('tasks', 'list', '--chat', chat)).toHaveLength(30);
});

test('T31 what was done on the command line is written down', async () => {
  const task = await add('look');

  await office.run('tasks', 'update', task.id, '--priority', '2');
  await office.run('tasks', 'stop', task.id);
  await office.run('tasks', 'retry', task.id);
  await office.run('tasks', 'stop', task.id);
  await office.run('tasks', 'clear', '--all', '--force');
  await office.run('chats', 'delete', task.chat_id);
  const rows = await (await office.program()).store.audit({ chatId: task.chat_id });

  expect(rows.map(row => row.what).reverse()).toEqual([
    'task:added',
    'task:updated',
    'task:stopped',
    'task:retried',
    'task:stopped',
    'task:deleted',
    'chat:deleted',
  ]);
  expect(rows.every(row => row.who === 'user_local' && row.from === 'cli')).toBe(true);
});

test('T32 a task has its timeout and a number of attempts', async () => {
  const task = await add('look');

  expect(await office.json('tasks', 'show', task.id)).toMatchObject({ timeout_ms: 1_800_000, max_attempts: 3 });
});

test('S27 a transcript that was lost is rebuilt from the log, and printed without the file', async () => {
  const task = await add('say it');
  await office.work();
  await office.run('tasks', 'wait', task.id);
  const { output_file: path } = await office.json('tasks', 'show', task.id);
  await rm(path, { force: true });

  const printed = await office.run('tasks', 'transcript', task.id);
  const rebuilt = await office.run('tasks', 'transcript', task.id, '--rebuild');
  const machine = await office.json('tasks', 'transcript', task.id);

  expect(printed.out).toMatch(
    /^\[Task started: say it\]\n\[subagent_type: general-purpose\]\n\n[\s\S]*done: say it\n\[Task completed\]\n$/,
  );
  expect(rebuilt.err).toContain(path);
  expect(await readFile(path, 'utf8')).toBe(printed.out);
  expect(machine.entries.at(-1)).toMatchObject({
    type: 'task:ended',
    task_id: task.id,
    data: { outcome: { kind: 'completed' } },
  });
});

test('a short id that more than one task has is refused with those that it could be', async () => {
  const tasks = [await add('one'), await add('two')];

  const result = await office.run('tasks', 'show', tasks[0].id.slice(5, 10));

  expect(result.code).toBe(2);
  for (const { id } of tasks) expect(result.err).toContain(id);
});

test('stats count by agent, and log lines are whole entries', async () => {
  const task = await add('count me', '--agent', 'explore');
  await office.work();
  await office.run('tasks', 'wait', task.id);

  const stats = await office.json('tasks', 'stats');
  const lines = (await office.run('tasks', 'log', task.id, '--json', '--follow')).out.trim().split('\n');

  expect(stats.agents).toMatchObject([{ subagent_type: 'explore', tasks: 1, statuses: { completed: 1 } }]);
  expect(lines.map(line => JSON.parse(line).type).at(-1)).toBe('task:ended');
});
