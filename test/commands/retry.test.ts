import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

test('T28 retry gives a task the ceilings that it is told, and refuses what is none', async () => {
  const task = await office.json('tasks', 'add', 'look');
  await office.run('tasks', 'update', task.id, '--status', 'parked');

  const refused = await office.run('tasks', 'retry', task.id, '--budget-usd', '0');
  const retried = await office.run('tasks', 'retry', task.id, '--budget-tokens', '1000', '--budget-seconds', '1.5');

  const { store } = await office.program();
  const row = await store.task(task.id);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('must be a number above 0') });
  expect(retried).toMatchObject({ code: 0, out: expect.stringContaining('queued') });
  expect(row?.spec.budget).toEqual({ tokens: 1000, seconds: 1.5 });
});
