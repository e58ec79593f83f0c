import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations/index.ts';
import { claimNextTask } from '../../src/store/queries/claim-task.ts';
import { entriesInRange, newestEntries } from '../../src/store/queries/entries.ts';
import { chatsToWake, inboxWaiting } from '../../src/store/queries/inbox.ts';
import type { Query } from '../../src/store/queries/query.ts';
import { earliestDue, schedulesDueAt } from '../../src/store/queries/schedules.ts';
import { sumTree } from '../../src/store/queries/task-tree.ts';
import { countQueuedBefore, tasksByFilter } from '../../src/store/queries/tasks.ts';
import { valuesOf } from '../../src/store/queries/text.ts';
import { createTexts } from '../../src/store/sqlite/texts.ts';
import { ids } from '../contract/store/world.ts';

const database = new Database(':memory:');
for (const migration of migrations) for (const statement of migration.statements) database.exec(statement);
const textOf = createTexts();

function planOf<P, R>(query: Query<P, R>, params: P): string {
  const text = textOf(query, params);
  const explain = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text.sql}`);
  const steps = explain.all(...valuesOf(text, params));
  return steps.map(step => step.detail).join('\n');
}

const [worker, chat, task] = [ids('worker'), ids('chat'), ids('task')];

test.each([{}, { chatIds: [chat] }, { chatIds: [chat, ids('chat')], exceptModels: ['a/b'] }])(
  'a claim walks the queue and what is held, never the tasks that ended (%o)',
  more => {
    const plan = planOf(claimNextTask, { worker, now: 1, ...more });

    expect(plan).toContain('COVERING INDEX tasks_queued');
    expect(plan).toContain('COVERING INDEX tasks_held');
    expect(plan).not.toMatch(/SCAN tasks$|tasks_by_|tasks_open/m);
  },
);

test('questions about what is open do not read what has ended', () => {
  expect(planOf(tasksByFilter, { statuses: ['running', 'queued'] })).toContain('tasks_open (status=?)');
  expect(planOf(countQueuedBefore, { id: task })).toContain('COVERING INDEX tasks_queued');
  expect(planOf(inboxWaiting, { chatId: chat, lane: 'main' })).toContain('inbox_waiting (chat_id=? AND lane=?)');
  expect(planOf(chatsToWake, {})).toContain('inbox_waking');
});

test('a lane, a range and a tree are read by index', () => {
  expect(planOf(entriesInRange, { chatId: chat, after: 5 })).toContain('entries_by_seq (chat_id=? AND seq>?)');
  expect(planOf(entriesInRange, { chatId: chat, lane: task, after: 5 })).toContain(
    'entries_by_lane (chat_id=? AND lane=? AND seq>?)',
  );
  expect(planOf(newestEntries, { chatId: chat, lane: task, before: 9, limit: 3 })).toContain(
    'entries_by_lane (chat_id=? AND lane=? AND seq<?)',
  );
  expect(planOf(tasksByFilter, { chatId: chat, parentLane: task, statuses: ['running', 'queued'] })).toContain(
    'tasks_by_parent (chat_id=? AND parent_lane=?)',
  );
  expect(planOf(sumTree, { id: task })).toContain('tasks_by_parent (chat_id=? AND parent_lane=?)');
});

test('who looks for due schedules reads none that is disabled', () => {
  expect(planOf(schedulesDueAt, { now: 5 })).toContain('INDEX schedules_due');
  expect(planOf(earliestDue, {})).toContain('COVERING INDEX schedules_due');
});
