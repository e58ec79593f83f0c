import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/entry.ts';
import { limits } from '../../src/core/limits.ts';
import {
  asTree,
  groupAtWork,
  noTasks,
  reduceTasks,
  type Tasks,
  taskRow,
  waitsFor,
} from '../../src/views/task-group.ts';
import { elapsedMs } from '../../src/views/task-row.ts';
import { heapInUse } from '../fakes/heap.ts';
import { cpuMs } from '../fakes/pace.ts';
import { createTaskLog, type TaskLog } from '../fakes/task-log.ts';

const fold = (entries: readonly Entry[], from: Tasks = noTasks) => entries.reduce(reduceTasks, from);

function rowOf(log: TaskLog, name: string) {
  const row = taskRow(fold(log.entries), log.taskId(name));
  if (!row) throw new Error(`there is no row of ${name}`);
  return row;
}

test('S34 a row tells how its task stands: state, attempt, tool uses, tokens, cost, time, last call, error', () => {
  const log = createTaskLog();
  log.queued('a', { isBackground: true });
  const queued = rowOf(log, 'a');
  log.started('a');
  log.answered('a', { inputTokens: 100, outputTokens: 20, costUsd: 0.25 });
  log.calls('a', 'c1', 'Read', { file_path: 'src/main.ts' });
  log.returns('a', 'c1', 'Read');
  log.answered('a', { inputTokens: 200, outputTokens: 30, costUsd: 0.5 });
  log.calls('a', 'c2');
  const running = rowOf(log, 'a');
  log.returns('a', 'c2');
  log.started('a', 2);
  log.ended('a', { kind: 'failed', reason: 'x', message: 'no\nluck' });
  const failed = rowOf(log, 'a');

  expect(queued).toMatchObject({ state: { kind: 'queued' }, toolUses: 0, announced: { isBackground: true } });
  expect(elapsedMs(queued, 9_000)).toBeUndefined();
  expect(running).toMatchObject({
    state: { kind: 'running' },
    toolUses: 2,
    usage: { inputTokens: 300, outputTokens: 50, costUsd: 0.75 },
    lastCall: { line: 'Bash(npm test)' },
  });
  expect(elapsedMs(running, 9_000)).toBe(7_000);
  expect(failed).toMatchObject({ state: { kind: 'failed', message: 'no luck' }, attempt: 2 });
  expect(elapsedMs(failed, 99_000)).toBe(8_000);
});

test('S34 a row follows its task through waiting, parking, requeueing and the background', () => {
  const log = createTaskLog();
  log.queued('a');
  log.queued('b', { dependsOn: [log.taskId('a')] });
  log.waited('b');
  const waiting = fold(log.entries);
  log.started('a');
  log.parked('a', 'process-gone', 'closed');
  const gone = rowOf(log, 'a').state;
  log.started('a', 2);
  log.ended('a');
  const released = fold(log.entries);
  log.backgrounded('b');
  log.started('b');
  log.parked('b');
  log.requeued('b');
  const again = rowOf(log, 'b');

  expect(waitsFor(waiting, taskRow(waiting, log.taskId('b')) ?? again)).toEqual([log.taskId('a')]);
  expect(gone).toEqual({ kind: 'parked', reason: 'process-gone', message: 'closed' });
  expect(waitsFor(released, taskRow(released, log.taskId('b')) ?? again)).toEqual([]);
  expect(again).toMatchObject({ state: { kind: 'queued' }, wentToBackground: true, endedAt: undefined });
});

test('S13 a row tells of the calls that wait for a person, until they are answered, ended or void', () => {
  const log = createTaskLog();
  log.queued('a');
  log.started('a');
  const asked = () => rowOf(log, 'a').asked.map(ask => ask.callId);

  log.asks('a', 'c1');
  log.asks('a', 'c2');
  const both = rowOf(log, 'a').asked;
  log.allows('a', 'c1');
  const one = asked();
  log.started('a', 2);
  const afterCrash = asked();
  log.returns('a', 'c2');
  const none = asked();
  log.answered('a', {});
  log.asks('a', 'c2');
  const again = asked();
  log.ended('a', { kind: 'stopped', message: 'by you' });

  expect(both.map(ask => ask.line)).toEqual(['Bash(rm -rf build)', 'Bash(rm -rf build)']);
  expect([one, afterCrash, none, again, asked()]).toEqual([['c2'], ['c2'], [], ['c2'], []]);
});

test('the group is what is at work, with all that was at work beside it; at rest there is none', () => {
  const log = createTaskLog();
  const group = () => groupAtWork(fold(log.entries));
  const names = () => group().rows.map(row => row.announced?.description);
  log.queued('old');
  log.started('old');
  log.ended('old');
  const atRest = group();
  log.queued('a');
  log.queued('b');
  log.ended('a');
  log.queued('c');
  log.ended('b', { kind: 'failed', reason: 'x', message: 'm' });
  const working = group();
  const three = names();
  log.parked('c');
  const aside = names();
  log.requeued('c');
  const taken = names();
  log.parked('c', 'process-gone');

  expect(atRest.rows).toEqual([]);
  expect(working).toMatchObject({ open: 1, completed: 1, failed: 1 });
  expect(three).toEqual(['Do a', 'Do b', 'Do c']);
  expect(aside).toEqual([]);
  expect(taken).toEqual(['Do c']);
  expect(names()).toEqual(['Do c']);
});

test('S38 silent tasks and what works for them are in no group', () => {
  const log = createTaskLog();
  log.queued('seen');
  log.queued('silent', { isSilent: true });
  log.queued('under', { parentLane: log.taskId('silent'), depth: 2 });

  expect(groupAtWork(fold(log.entries)).rows.map(row => row.id)).toEqual([log.taskId('seen')]);
});

test('S35 each task stands under the one it works for', () => {
  const log = createTaskLog();
  log.queued('a');
  log.queued('b');
  log.queued('a1', { parentLane: log.taskId('a'), depth: 2 });
  log.queued('b1', { parentLane: log.taskId('b'), depth: 2 });
  log.queued('a2', { parentLane: log.taskId('a'), depth: 2 });
  log.queued('a1x', { parentLane: log.taskId('a1'), depth: 3 });

  const { rows } = groupAtWork(fold(log.entries));

  expect(asTree(rows).map(({ row, level }) => `${level} ${row.id}`)).toEqual([
    '0 task_a',
    '1 task_a1',
    '2 task_a1x',
    '1 task_a2',
    '0 task_b',
    '1 task_b1',
  ]);
});

const names = ['a', 'b', 'c', 'd'];
const event = fc.record({ name: fc.constantFrom(...names), what: fc.nat(11), call: fc.constantFrom('c1', 'c2') });

/** A log of some tasks; what it tells of need not be possible. */
function logOf(events: readonly { name: string; what: number; call: string }[]): Entry[] {
  const log = createTaskLog();
  for (const name of names) log.queued(name, { isBackground: name === 'b', isSilent: name === 'c' });
  for (const { name, what, call } of events) {
    if (what === 0) log.waited(name);
    else if (what === 1) log.started(name, 2);
    else if (what === 2) log.parked(name);
    else if (what === 3) log.requeued(name);
    else if (what === 4) log.backgrounded(name);
    else if (what === 5) log.ended(name);
    else if (what === 6) log.answered(name, { inputTokens: 3, costUsd: 0.5 });
    else if (what === 7) log.calls(name, call);
    else if (what === 8) log.returns(name, call);
    else if (what === 9) log.asks(name, call);
    else if (what === 10) log.allows(name, call);
    else log.ended(name, { kind: 'failed', reason: 'x', message: 'm' });
  }
  return log.entries;
}

test('S34 entries in whatever order, as a restart or a late page brings them, give the same rows', () => {
  const logs = fc.array(event, { maxLength: 40 }).map(logOf);
  const shuffled = logs.chain(entries =>
    fc
      .array(fc.nat(), { minLength: entries.length, maxLength: entries.length })
      .map(keys => ({ entries, mixed: entries.toSorted((a, b) => (keys[a.seq - 1] ?? 0) - (keys[b.seq - 1] ?? 0)) })),
  );

  fc.assert(
    fc.property(shuffled, ({ entries, mixed }) => {
      expect(fold(mixed)).toEqual(fold(entries));
      expect(groupAtWork(fold(mixed))).toEqual(groupAtWork(fold(entries)));
    }),
    { numRuns: 300 },
  );
});

/** A chat with so many tasks at work, and entries of them in turn. */
function crowd(tasks: number, entries: number): { begin: Entry[]; stream: Entry[] } {
  const log = createTaskLog();
  for (let at = 0; at < tasks; at++) {
    log.queued(String(at));
    log.started(String(at));
  }
  const begin = log.entries.splice(0);
  const seq = begin.length;
  for (let at = 0; at < entries; at++) {
    const name = String(at % tasks);
    if (at % 3 === 0) log.answered(name, { inputTokens: 10, outputTokens: 1 });
    else if (at % 3 === 1) log.calls(name, `c${at}`);
    else log.returns(name, `c${at - 1}`);
  }
  return { begin, stream: log.entries.map(entry => ({ ...entry, seq: entry.seq + seq })) };
}

test('S37 with 1,000 tasks at work an entry costs less than 20 µs', async () => {
  const { begin, stream } = crowd(1_000, 30_000);
  const before = fold(begin);
  fold(stream.slice(0, 10_000), before);

  const ms = await cpuMs(() => fold(stream, before));

  expect((ms / stream.length) * 1_000).toBeLessThan(20);
});

test('taskRows bounds the tasks of a chat that are known; those at work stay', () => {
  const { begin } = crowd(10, 0);
  let tasks = fold(begin);
  const before = heapInUse();
  for (let at = 0; at < limits.taskRows; at++) {
    const log = createTaskLog();
    log.queued(`later ${at}`, { description: `${'long '.repeat(30)}${at}` });
    log.calls(`later ${at}`, 'c1', 'Bash', { command: `${at} ${'x'.repeat(10_000)}` });
    log.ended(`later ${at}`, { kind: 'failed', reason: 'x', message: `${at} ${'y'.repeat(10_000)}` });
    const first = begin.length + at * 3;
    tasks = fold(
      log.entries.map(entry => ({ ...entry, seq: first + entry.seq })),
      tasks,
    );
  }
  const bytes = heapInUse() - before;

  expect(tasks.order).toHaveLength(limits.taskRows);
  expect(tasks.rows.size).toBe(limits.taskRows);
  expect(
    groupAtWork(tasks)
      .rows.slice(0, 10)
      .every(row => row.state.kind === 'running'),
  ).toBe(true);
  expect(bytes / limits.taskRows).toBeLessThan(2_500);
});
