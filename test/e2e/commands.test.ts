import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

const program = (...argv: string[]) => office.start(...argv).done;
const json = async (...argv: string[]) => JSON.parse((await program(...argv, '--json')).out);

/** Asks the store of this process until the task has that status. */
async function reaches(id: string, status: string): Promise<void> {
  const { base } = await office.program();
  const { waitFor } = await import('../../src/engine/wait-for.ts');
  const { findTask } = await import('../../src/tasks/find-task.ts');
  const look = async () => ((await findTask(base.store, id)).status === status ? true : undefined);
  await waitFor(base, AbortSignal.timeout(60_000), look);
}

test('T5 T34 a task that one process adds is run by a worker of another, and a third waits for it', async () => {
  const added = await program('tasks', 'add', 'look', '--metadata', 'priority=high');
  const id = /task_\w+/.exec(added.out)?.[0] ?? '';
  const waiting = program('tasks', 'wait', id);
  const worker = await program('worker', '--until-idle');

  const waited = await waiting;
  const shown = await json('tasks', 'show', id);

  expect(added).toMatchObject({ code: 0, err: expect.stringContaining('nothing runs tasks now') });
  expect(worker).toMatchObject({ code: 0, out: '' });
  expect(waited.code).toBe(0);
  expect(shown).toMatchObject({
    status: 'completed',
    outcome: { report: 'done: look' },
    metadata: { priority: 'high' },
  });
});

test('T7 eight processes that add the same at once make one task', async () => {
  const added = await Promise.all(Array.from({ length: 8 }, () => json('tasks', 'add', 'the same')));

  expect(new Set(added.map(task => task.id)).size).toBe(1);
  expect(added.filter(task => !task.is_existing)).toHaveLength(1);
});

test('T28 stop ends a task that runs in another process, with one end, and wait tells', async () => {
  const { id } = await json('tasks', 'add', 'take long');
  const worker = office.start('worker', '--until-idle');
  await reaches(id, 'running');

  const stopped = await program('tasks', 'stop', id);
  const waited = await program('tasks', 'wait', id);
  const ended = await worker.done;
  const log = await program('tasks', 'log', id);

  expect(stopped.out).toContain('stopped');
  expect(waited.code).toBe(1);
  expect(ended.code).toBe(0);
  expect(log.out.match(/task:ended/g)).toHaveLength(1);
});

test('a worker that is told to end puts back what it ran, and the next one goes on', async () => {
  const { id } = await json('tasks', 'add', 'take long');
  const worker = office.start('worker');
  await reaches(id, 'running');

  worker.child.kill('SIGTERM');
  const ended = await worker.done;
  const between = await json('tasks', 'show', id);
  const next = office.start('worker');
  await reaches(id, 'running');
  const after = await json('tasks', 'show', id);
  next.child.kill('SIGINT');
  const second = await next.done;

  expect([ended.code, second.code]).toEqual([143, 130]);
  expect(between).toMatchObject({ status: 'parked', park_reason: 'process-gone', attempt: 1 });
  expect(after).toMatchObject({ status: 'running', attempt: 2 });
});

test('T6 bad words end with 2, say what would be right, and show no stack', async () => {
  const results = await Promise.all([
    program('taks', 'list'),
    program('tasks', 'lst'),
    program('tasks', 'list', '--jsno'),
    program('tasks', 'add', 'x', '--chat', 'nowhere'),
    program('help', 'taks'),
  ]);

  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  const hints = [
    'legwork tasks list',
    'Did you mean list?',
    'Did you mean --json?',
    'there is no chat "nowhere"',
    'did you mean "tasks"?',
  ];
  for (const [i, { err, out }] of results.entries()) {
    expect(err).toContain(hints[i]);
    expect(err).not.toContain('    at ');
    expect(out).toBe('');
  }
});

test('wait that is interrupted ends with 130 and without a word of a bug', async () => {
  const { id } = await json('tasks', 'add', 'look');
  const waiting = office.start('tasks', 'wait', id);
  await new Promise(resolve => waiting.child.stderr.once('data', resolve));

  waiting.child.kill('SIGINT');
  const ended = await waiting.done;

  expect(ended.code).toBe(130);
  expect(ended.err).not.toContain('bug');
});

test('R1 what a killed worker ran is shown as parked by whoever only looks, and can be told to go on', async () => {
  const { id } = await json('tasks', 'add', 'take long');
  await json('tasks', 'add', 'another', '--at', '1h');
  const worker = office.start('worker');
  await reaches(id, 'running');
  worker.child.kill('SIGKILL');
  await worker.done;

  const parked = await office.json('tasks', 'list', '--status', 'parked');
  const running = await office.json('tasks', 'list', '--status', 'running');
  const newest = await office.json('tasks', 'list', '--limit', '1');
  const shown = await office.json('tasks', 'show', id);
  const stats = await office.json('tasks', 'stats');
  const { checks } = await office.json('doctor');
  const row = await (await office.program()).store.task(id);
  const waited = await office.run('tasks', 'wait', id, '--timeout', '0');
  const retried = await office.json('tasks', 'retry', id);

  expect(parked).toMatchObject([{ id, status: 'parked', park_reason: 'process-gone' }]);
  expect(running).toEqual([]);
  expect(newest).toMatchObject([{ description: 'another' }]);
  expect(shown.status).toBe('parked');
  expect(stats.total.statuses).toMatchObject({ running: 0, parked: 1, queued: 1 });
  expect(checks).toContainEqual({
    check: 'tasks',
    level: 'warning',
    detail: expect.stringContaining('1 parked; the process of 1 is gone: they go on where they stood'),
  });
  expect(row?.status).toBe('running');
  expect(waited).toMatchObject({ code: 124, err: expect.stringContaining('nothing runs tasks now') });
  expect(waited.out).toMatch(/^\w{8} {2}parked\n$/);
  expect(retried).toMatchObject([{ id, status: 'queued' }]);
});
