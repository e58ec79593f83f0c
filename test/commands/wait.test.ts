import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

test('S17 tasks wait ends with 1 for a task that a person parks, before and meanwhile', async () => {
  const before = await office.json('tasks', 'add', 'one');
  const meanwhile = await office.json('tasks', 'add', 'two');
  await office.run('tasks', 'update', before.id, '--status', 'parked');

  const first = await office.run('tasks', 'wait', before.id);
  const waiting = office.run('tasks', 'wait', meanwhile.id);
  await office.run('tasks', 'update', meanwhile.id, '--status', 'parked');

  expect(first).toMatchObject({ code: 1, out: expect.stringContaining('parked') });
  expect(await waiting).toMatchObject({ code: 1, out: expect.stringContaining('parked') });
});
