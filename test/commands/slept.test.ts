import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Task } from '../../src/store/rows.ts';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;

beforeEach(async () => {
  office = await createOffice();
});

afterEach(() => office.close());

/** A task that a living process runs whose lease is over by the time of day: the machine has just slept. */
async function atWorkAfterSleep(): Promise<Task> {
  const { base, host, pid, store } = await office.program();
  const added = await office.json('tasks', 'add', 'take long');
  const worker = base.ids('worker');
  return store.write(async tx => {
    await tx.putWorker({ id: worker, kind: 'test', pid, host, startedAt: 1, leaseUntil: base.clock.now() - 60_000 });
    await tx.claimLane(added.chat_id, 'main', worker);
    const task = await tx.claimTask({ worker, now: base.clock.now() });
    if (!task) throw new Error('the task could not be claimed');
    return task;
  });
}

test('R14 T28 after a sleep clear takes nothing that a living process runs', async () => {
  const task = await atWorkAfterSleep();

  const parked = await office.run('tasks', 'clear', '--status', 'parked', '--force');
  const all = await office.run('tasks', 'clear', '--all', '--force');

  expect([parked.out, all.out]).toEqual(['0 tasks deleted\n', '0 tasks deleted\n']);
  const { store } = await office.program();
  expect(await store.task(task.id)).toMatchObject({ status: 'running', attempt: 1 });
});

test('R14 after a sleep a chat in which a living process is at work is not deleted', async () => {
  const task = await atWorkAfterSleep();
  const { store } = await office.program();

  const whileItRuns = await office.run('chats', 'delete', task.chatId);
  await office.run('tasks', 'stop', task.id);
  const whileItIsOpen = await office.run('chats', 'delete', task.chatId);

  expect(whileItRuns).toMatchObject({ code: 1, err: expect.stringContaining('a task runs in it') });
  expect(whileItIsOpen).toMatchObject({ code: 1, err: expect.stringContaining('a program is at work in it') });
  expect(await store.chat(task.chatId)).toBeDefined();
});
