import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../src/engine/wait-for.ts';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

const kinds = async (id: string) =>
  (await office.json('why', id)).reasons.map((reason: { kind: string }) => reason.kind);
const short = (id: string) => id.slice(-8);

/** Until the task has asked its model, which takes long. */
async function untilAsking(id: string): Promise<void> {
  const { base } = await office.program();
  const isAsking = async () => (await kinds(id)).includes('asks-model') || undefined;
  await waitFor(base, new AbortController().signal, isAsking);
}

test('why follows a task through its life, by its whole id or a part of it', async () => {
  const first = await office.json('tasks', 'add', 'take long');
  const next = await office.json('tasks', 'add', 'afterwards', '--depends-on', first.id);
  const before = [await kinds(first.id), await kinds(short(next.id))];
  await office.work();
  await untilAsking(first.id);

  const running = await kinds(short(first.id));
  const waiting = await office.run('why', next.id);
  await office.run('tasks', 'update', first.id, '--status', 'parked');
  const parked = await office.run('why', first.id);
  await office.run('tasks', 'stop', first.id);
  const stopped = await office.run('why', next.id);

  expect(before).toEqual([['queued', 'no-worker'], ['depends-on']]);
  expect(running).toEqual(['runs', 'asks-model']);
  expect(waiting.out).toContain(
    `waiting: depends on "take long" ${short(first.id)} (running, in process ${process.pid})`,
  );
  expect(parked.out).toContain(`parked: put aside by a person`);
  expect(stopped.out).toMatch(/failed .* ago: it depends on task_\w+ \("take long"\), which was stopped/);
});

test('why a chat tells of its main lane and its open tasks; <chat>/main of the lane alone', async () => {
  const task = await office.json('tasks', 'add', 'take long');

  const chat = await office.json('why', task.chat_id);
  const lane = await office.json('why', `${short(task.chat_id)}/main`);
  const ofTask = await office.json('why', `${task.chat_id}/${task.id}`);

  expect(chat).toMatchObject({
    kind: 'chat',
    chat_id: task.chat_id,
    lane: 'main',
    reasons: [
      { kind: 'idle', text: 'idle: nothing waits in the inbox' },
      { kind: 'awaits-tasks', tasks: [{ id: task.id, status: 'queued', is_stale: false }] },
    ],
    tasks: [{ task_id: task.id, status: 'queued', reasons: [{ kind: 'queued', position: 1 }, { kind: 'no-worker' }] }],
  });
  expect(lane).toEqual({ ...chat, tasks: [] });
  expect(ofTask).toMatchObject({ kind: 'task', task_id: task.id, lane: task.id });
});

test('an id that nothing has is refused with exit code 2 and the nearest there is', async () => {
  const task = await office.json('tasks', 'add', 'one');
  const other = await office.json('tasks', 'add', 'two');
  const bent = `${short(task.id).slice(0, 7)}${task.id.endsWith('0') ? '1' : '0'}`;

  const near = await office.run('why', bent);
  const far = await office.run('why', 'no such thing');
  const elsewhere = await office.run('why', `${other.chat_id}/${task.id}`);

  expect(near).toMatchObject({ code: 2, err: expect.stringContaining(`did you mean "${short(task.id)}"?`) });
  expect(far).toMatchObject({ code: 2, err: expect.stringContaining('`legwork tasks list` and `legwork chats list`') });
  expect(elsewhere).toMatchObject({ code: 2, err: expect.stringContaining(`is of chat ${task.chat_id}`) });
});

test('ps shows nothing, then this process with its task, attempt and time, under keys in snake_case', async () => {
  const nothing = await office.run('ps');
  const task = await office.json('tasks', 'add', 'take long');
  await office.work();
  await untilAsking(task.id);

  const [worker, ...others] = await office.json('ps');
  const drawn = await office.run('ps');

  expect(nothing).toEqual({ code: 0, out: '', err: 'legwork: no process of Legwork is there, nothing runs\n' });
  expect(others).toEqual([]);
  expect(worker).toEqual({
    id: expect.stringMatching(/^worker_/),
    kind: 'test',
    pid: process.pid,
    host: expect.any(String),
    state: 'alive',
    started_at: expect.any(String),
    renewed_at: expect.any(String),
    lease_until: expect.any(String),
    ended_at: null,
    log: null,
    chats: [],
    tasks: [
      {
        id: task.id,
        chat_id: task.chat_id,
        description: 'take long',
        subagent_type: 'general-purpose',
        model: expect.any(String),
        attempt: 1,
        started_at: expect.any(String),
        elapsed_ms: expect.any(Number),
        turn: { started_at: expect.any(String), steps: 0, calls: [] },
      },
    ],
  });
  expect(drawn.out).toMatch(
    new RegExp(
      `^test process ${process.pid} on .* · lease renewed .* ago\n  task  ${short(task.id)}  "take long" · general-purpose · attempt 1 · `,
    ),
  );
});
