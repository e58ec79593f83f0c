import { describe, expect, test } from 'vitest';
import type { ChatId, InboxId, TaskId, WorkerId } from '../../src/core/ids.ts';
import type { Approval, Chat, InboxRow, Task, Worker } from '../../src/store/rows.ts';
import type { OpenTurn } from '../../src/tasks/open-turn.ts';
import { type ChatFacts, type TaskFacts, whyChat, whyTask } from '../../src/tasks/why.ts';
import { reasonText } from '../../src/tasks/why-words.ts';
import { aTask } from '../contract/store/world.ts';

const now = 100_000;
const chatId = 'chat_0000000000cccccccc' as ChatId; // fixed ids, of any form
const id = (name: string) => `task_0000000000${name.padStart(8, '0')}` as TaskId;
const worker = (pid: number): Worker => ({
  id: `worker_0000000000wwwwwwww` as WorkerId,
  kind: 'worker',
  pid,
  host: 'here',
  startedAt: 0,
  leaseUntil: now,
});
const living = worker(7);
const dead = worker(8);
const sight = { host: 'here', now, isAlive: (pid: number) => pid === 7 };
const task = (more: Partial<Task>): Task => aTask(chatId, { id: id('t'), attempt: 1, ...more });
const turn = (more: Partial<OpenTurn> = {}): OpenTurn => ({
  startedAt: now - 12_000,
  lastAt: now - 3_000,
  steps: 2,
  calls: [],
  ...more,
});
const npmTest = { callId: 'c', tool: 'Bash', input: { command: 'npm test' } };
const approval: Approval = {
  id: 'approval_1' as Approval['id'],
  chatId,
  lane: 'main',
  callId: 'c',
  tool: 'Bash',
  input: { command: 'rm x' },
  reason: '',
  askedAt: now - 60_000,
  deadline: now + 1_740_000,
};
const other = (name: string, more: Partial<Task> = {}, by?: Worker) => ({
  task: task({ id: id(name), description: name, ...more }),
  worker: by,
});

const taskFacts = (of: Partial<Task>, more: Partial<TaskFacts> = {}): TaskFacts => ({
  sight,
  task: task(of),
  worker: undefined,
  startedAt: undefined,
  turn: undefined,
  approvals: [],
  children: [],
  dependencies: [],
  before: 0,
  modelAtWork: { running: 0, cap: 4 },
  hasTaker: true,
  parkMessage: '',
  reportWaitsIn: undefined,
  ...more,
});
const runs = (more: Partial<TaskFacts> = {}) =>
  taskFacts({ status: 'running' }, { worker: living, startedAt: now - 12_000, turn: turn(), ...more });
const running = 'running in process 7 on here (worker, wwwwwwww) for 12s: attempt 1';

describe('why a task is as it is', () => {
  test.each<[string, TaskFacts, readonly string[]]>([
    [
      'waits for dependencies, of which one has completed',
      taskFacts(
        { status: 'waiting', waitReason: 'dependencies' },
        {
          dependencies: [
            other('done', { status: 'completed' }),
            other('x', { status: 'failed' }),
            other('y', { status: 'running', attempt: 2 }, living),
            other('z', { status: 'running' }, dead),
          ],
        },
      ),
      [
        'waiting: depends on "x" 0000000x (failed), "y" 0000000y (running, attempt 2, in process 7), "z" 0000000z (was running, its process is gone)',
      ],
    ],
    [
      'waits for an idle chat',
      taskFacts({ status: 'waiting', waitReason: 'idle-chat' }),
      ['waiting: until its chat is idle'],
    ],
    ['queued', taskFacts({ status: 'queued' }, { before: 2 }), ['queued: position 3']],
    [
      'queued at the cap, and nobody is there',
      taskFacts({ status: 'queued' }, { modelAtWork: { running: 4, cap: 4 }, hasTaker: false }),
      [
        'queued: position 1',
        'the cap of playbook/demo is reached (4 of 4 running)',
        'no process takes it now: `legwork worker` does, or `legwork -r cccccccc`',
      ],
    ],
    [
      'queued for later',
      taskFacts({ status: 'queued', notBefore: now + 60_000 }),
      ['queued: not before 1970-01-01T00:02:40.000Z (in 1m00s)'],
    ],
    [
      'parked for its budget',
      taskFacts(
        { status: 'parked', parkReason: 'budget' },
        { parkMessage: 'budget of 1000 tokens used up (1200 used)', hasTaker: false },
      ),
      [
        'parked: budget of 1000 tokens used up (1200 used); give more with `legwork tasks retry 0000000t --budget-tokens <n>` (or -usd, -seconds)',
      ],
    ],
    [
      'parked by a person',
      taskFacts({ status: 'parked', parkReason: 'asked' }, { parkMessage: 'put aside by a person' }),
      ['parked: put aside by a person; `legwork tasks retry 0000000t` lets it go on'],
    ],
    [
      'parked since its process went away',
      taskFacts(
        { status: 'parked', parkReason: 'process-gone' },
        { parkMessage: 'the process that ran attempt 1 is gone' },
      ),
      [
        'parked: the process that ran attempt 1 is gone; it goes on where it stood when the chat is opened (`legwork -r cccccccc`) or a worker takes it',
      ],
    ],
    ['running, the model is asked', runs(), [`${running}, in step 3`, 'asking the model for 3.0s']],
    [
      'running, in a command, and another waits',
      runs({
        turn: turn({
          calls: [
            { call: npmTest, startedAt: now - 8_000, isRepeatable: false },
            { call: { ...npmTest, callId: 'd', tool: 'Edit', input: { file_path: 'a' } }, isRepeatable: true },
          ],
        }),
      }),
      [`${running}, in step 2`, 'in Bash(npm test) for 8.0s', 'Edit(a) waits for its turn'],
    ],
    [
      'running, and asks a person',
      runs({ turn: turn({ calls: [{ call: npmTest, isRepeatable: false }] }), approvals: [approval] }),
      [
        `${running}, in step 2`,
        'waiting for an approval of Bash(rm x) for 1m00s, denied in 29m00s; answer in the terminal that has the chat open, or with `legwork -r cccccccc`',
      ],
    ],
    [
      'running, and waits for a task in front',
      runs({
        turn: turn({ calls: [{ call: { ...npmTest, tool: 'Task' }, startedAt: now, isRepeatable: true }] }),
        children: [other('child', { parentCallId: 'c', isBackground: false, status: 'queued' })],
      }),
      [`${running}, in step 2`, 'waits for "child" 000child (queued)'],
    ],
    [
      'running, and owed by a background task',
      runs({ turn: undefined, children: [other('child', { status: 'running' }, living)] }),
      [running, 'waits for "child" 000child (running, in process 7)'],
    ],
    [
      'its process was killed',
      taskFacts({ status: 'running' }, { worker: dead, turn: turn() }),
      [
        'cut off: it ran in process 8 on here, which is gone without having left. Nothing is lost; `legwork -r cccccccc` or `legwork worker` goes on where it stood',
      ],
    ],
    [
      'its process was not heard of',
      taskFacts({ status: 'running' }, { worker: { ...living, leaseUntil: now - 1 } }),
      [
        'cut off: it ran in process 7 on here, which has not been heard of since its lease ran out. Nothing is lost; `legwork -r cccccccc` or `legwork worker` goes on where it stood',
      ],
    ],
    [
      'failed, and its report waits',
      taskFacts(
        { status: 'failed', endedAt: now - 5_000, outcome: { kind: 'failed', reason: 'error', message: 'no key' } },
        { reportWaitsIn: 'main' },
      ),
      [
        'failed 5.0s ago: no key',
        'its report waits in the inbox of the conversation; `legwork -r cccccccc` delivers it',
      ],
    ],
    [
      'completed',
      taskFacts({ status: 'completed', endedAt: now - 5_000, outcome: { kind: 'completed', report: 'x' } }),
      ['completed 5.0s ago'],
    ],
  ])('%s', (_what, facts, texts) => {
    expect(whyTask(facts).map(reason => reasonText(reason, now))).toEqual(texts);
  });
});

const chat = { id: chatId, title: 't' } as Chat; // what else it has is not looked at
const chatFacts = (more: Partial<ChatFacts> = {}): ChatFacts => ({
  sight,
  chat,
  row: undefined,
  driver: undefined,
  pending: [],
  turn: undefined,
  approvals: [],
  children: [],
  ...more,
});
const drivenBy = (driver: Worker) => ({
  row: { chatId, lane: 'main' as const, epoch: 1, driver: driver.id },
  driver,
});
const waiting = (kind: InboxRow['kind'], wakes: boolean): InboxRow => ({
  id: `inbox_${kind}` as InboxId,
  chatId,
  lane: 'main',
  kind,
  text: '',
  wakes,
  takes: 'boundary',
  createdAt: 0,
});

describe('why a chat is as it is', () => {
  test.each<[string, ChatFacts, readonly string[]]>([
    ['closed, and nothing waits', chatFacts(), ['idle: nothing waits in the inbox']],
    [
      'S22 closed over a notification',
      chatFacts({ pending: [waiting('notification', true)] }),
      ['idle although 1 notification waits: the chat is closed; open it with `legwork -r cccccccc`'],
    ],
    [
      'closed over what starts no turn',
      chatFacts({ pending: [waiting('notification', false)] }),
      ['idle: 1 notification waits in the inbox for the next turn, which nothing of it starts'],
    ],
    [
      'closed in the middle of a turn',
      chatFacts({ turn: turn() }),
      ['idle although a turn is open, begun 12s ago: nobody has the chat open; `legwork -r cccccccc` goes on with it'],
    ],
    [
      'killed in the middle of a turn, with input that waits',
      chatFacts({ ...drivenBy(dead), turn: turn(), pending: [waiting('input', true), waiting('notification', true)] }),
      [
        'cut off: it ran in process 8 on here, which is gone without having left. Nothing is lost; `legwork -r cccccccc` goes on where it stood',
        'idle although 1 input and 1 notification wait: the chat is closed; open it with `legwork -r cccccccc`',
      ],
    ],
    [
      'at work, with input that waits',
      chatFacts({ ...drivenBy(living), turn: turn(), pending: [waiting('input', true)] }),
      [
        'running in process 7 on here (worker, wwwwwwww) for 12s: in step 3',
        'asking the model for 3.0s',
        '1 input waits in the inbox until the next step',
      ],
    ],
    [
      'open, and owed by a task',
      chatFacts({ ...drivenBy(living), children: [other('child', { status: 'running' }, living)] }),
      ['idle: nothing waits in the inbox', 'waits for "child" 000child (running, in process 7)'],
    ],
    ['open, and owed nothing', chatFacts(drivenBy(living)), ['idle: nothing waits in the inbox']],
  ])('%s', (_what, facts, texts) => {
    expect(whyChat(facts).map(reason => reasonText(reason, now))).toEqual(texts);
  });

  test('R25 names of tasks, models and hosts do not act on the terminal', () => {
    const evil = '\u001b]0;x\u0007';
    const facts = [
      runs({ worker: { ...living, host: evil }, children: [other('c', { description: evil })], turn: undefined }),
      taskFacts({ status: 'queued', model: evil }, { modelAtWork: { running: 4, cap: 4 } }),
      taskFacts({ status: 'parked', parkReason: 'asked' }, { parkMessage: evil }),
    ];

    const texts = facts.flatMap(whyTask).map(reason => reasonText(reason, now));

    expect(texts.join('\n')).not.toMatch(/[^\n\P{Cc}]/u);
    expect(texts.join('\n')).toContain('\\x1b]0;x\\x07');
  });
});
