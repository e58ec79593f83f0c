import { describe, expect, test } from 'vitest';
import type { ChatId, InboxId, TaskId, WorkerId } from '../../src/core/ids.ts';
import type { Approval, InboxRow, Task, Worker } from '../../src/store/rows.ts';
import { type Left, recoveryOf } from '../../src/tasks/recovery.ts';
import { recoveryLine } from '../../src/tasks/recovery-line.ts';
import { aTask } from '../contract/store/world.ts';

const chat = 'chat_1' as ChatId; // fixed ids, of any form
const living = 'worker_living' as WorkerId;
const dead = 'worker_dead' as WorkerId;
const workers: Worker[] = [
  { id: living, kind: 'worker', pid: 7, host: 'here', startedAt: 0, leaseUntil: 2_000 },
  { id: dead, kind: 'interactive', pid: 8, host: 'here', startedAt: 0, leaseUntil: 2_000 },
];
const nothing: Left = {
  sight: { host: 'here', now: 1_000, isAlive: pid => pid === 7 },
  tasks: [],
  workers,
  calls: new Map(),
  approvals: [],
};
const task = (id: string, more: Partial<Task>): Task => aTask(chat, { id: id as TaskId, attempt: 1, ...more });
const cut = (id: string, more: Partial<Task> = {}) => task(id, { status: 'running', worker: dead, ...more });
const parked = (id: string, parkReason: Task['parkReason'], more: Partial<Task> = {}) =>
  task(id, { status: 'parked', ...(parkReason ? { parkReason } : {}), ...more });
const main = (more: Partial<NonNullable<Left['main']>> = {}): { main: NonNullable<Left['main']> } => ({
  main: { row: undefined, hasOpenTurn: false, pending: [], ...more },
});
const drivenBy = (driver: WorkerId | undefined) => ({
  row: { chatId: chat, lane: 'main' as const, epoch: 1, ...(driver ? { driver } : {}) },
});
const row = (kind: InboxRow['kind']): InboxRow => ({
  id: `inbox_${kind}` as InboxId,
  chatId: chat,
  lane: 'main',
  kind,
  text: '',
  wakes: true,
  takes: 'boundary',
  createdAt: 0,
});
const call = (tool: string, input: unknown, more: { startedAt?: number; isRepeatable?: boolean } = {}) => ({
  call: { callId: 'c', tool, input },
  isRepeatable: false,
  startedAt: 1,
  ...more,
});
const bash = call('Bash', { command: 'npm test' });
const approval = (lane: 'main' | TaskId, deadline: number): Approval => ({
  id: 'approval_1' as Approval['id'],
  chatId: chat,
  lane,
  callId: 'c',
  tool: 'Bash',
  input: { command: 'rm x' },
  reason: '',
  askedAt: 0,
  deadline,
});
const lineOf = (left: Partial<Left>) => {
  const recovery = recoveryOf({ ...nothing, ...left });
  return recovery && recoveryLine(recovery);
};

describe('S16 the line about what was found', () => {
  test.each<[string, Partial<Left>, string | undefined]>([
    ['nothing', {}, undefined],
    ['an idle chat whose program was killed', main(drivenBy(dead)), undefined],
    ['a silent task', { tasks: [cut('a', { isSilent: true })] }, undefined],
    ['a cut task', { tasks: [cut('a')] }, 'After a crash: 1 task resumed'],
    ['a task that was put back in order', { tasks: [parked('a', 'process-gone')] }, '1 task resumed'],
    [
      'a worker whose lease ran out elsewhere',
      { tasks: [cut('a', { worker: living })], sight: { ...nothing.sight, host: 'there', now: 3_000 } },
      'After a crash: 1 task resumed',
    ],
    [
      'two cut tasks, and one that is out of budget',
      { tasks: [cut('a'), cut('b'), parked('task_9', 'budget')] },
      'After a crash: 2 tasks resumed; 1 waits for you: out of budget (legwork tasks retry task_9 with more)',
    ],
    [
      'a task put aside',
      { tasks: [parked('task_9', 'asked')] },
      '1 waits for you: put aside (legwork tasks retry task_9)',
    ],
    [
      'a task at work in a process that lives',
      { tasks: [task('a', { status: 'running', worker: living })] },
      '1 task at work in process 7',
    ],
    [
      'a task without attempts left',
      { tasks: [cut('a', { failures: ['x', 'y'] })] },
      'After a crash: 1 task given up: no attempts are left',
    ],
    [
      'a turn whose driver was killed in a command',
      { ...main({ ...drivenBy(dead), hasOpenTurn: true }), calls: new Map([['main', [bash]]]) },
      'After a crash: the turn goes on where it stood; Bash(npm test) was in flight, its outcome is unknown: the agent is told and decides',
    ],
    [
      'a turn that was left open in order',
      main({ ...drivenBy(undefined), hasOpenTurn: true }),
      'The turn goes on where it stood',
    ],
    [
      'a turn whose driver lives',
      {
        ...main({ ...drivenBy(living), hasOpenTurn: true, pending: [row('notification')] }),
        calls: new Map([['main', [bash]]]),
      },
      undefined,
    ],
    [
      'calls that only read, that had not begun, and that find their own work',
      { tasks: [cut('a')], calls: new Map([['a' as TaskId, [call('Read', {}, { isRepeatable: true })]]]) },
      'After a crash: 1 task resumed',
    ],
    [
      'four commands in flight',
      {
        tasks: [cut('a'), cut('b')],
        calls: new Map([
          ['a' as TaskId, [bash, bash]],
          ['b' as TaskId, [call('Write', { file_path: 'x' }), bash]],
        ]),
      },
      'After a crash: 2 tasks resumed; 4 calls were in flight, their outcome is unknown: Bash(npm test), Bash(npm test), Write(x) and 1 more; the agents are told and decide',
    ],
    [
      'a question that a lane which goes on has asked',
      { tasks: [cut('a')], approvals: [approval('a' as TaskId, 2_000)] },
      'After a crash: 1 task resumed; 1 waits for you: Bash(rm x) needs an answer',
    ],
    [
      'questions that are too late, or of nobody who goes on',
      { tasks: [cut('a')], approvals: [approval('a' as TaskId, 999), approval('b' as TaskId, 2_000)] },
      'After a crash: 1 task resumed',
    ],
    ['a late report', main({ pending: [row('notification')] }), '1 report came while the chat was closed'],
    ['input that nobody read', main({ pending: [row('input'), row('remark')] }), '1 input not read yet'],
  ])('S16 S22 %s', (_what, left, line) => {
    expect(lineOf(left)).toBe(line);
  });

  test('R25 nothing in the line acts on a terminal, and a call takes little room', () => {
    const evil = call('Bash', { command: `\u001b]0;x\u0007${'y'.repeat(500)}` });

    const line = lineOf({ tasks: [cut('a')], calls: new Map([['a' as TaskId, [evil]]]) }) ?? '';

    expect(line).toContain('Bash(\\x1b]0;x\\x07yyy');
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line.length).toBeLessThan(200);
  });
});
