import { expect, test } from 'vitest';
import { judge, type Verdict } from '../../src/chaos/judge.ts';
import type { Held, Said } from '../../src/chaos/said.ts';
import type { Entry, EntryBody } from '../../src/core/entry.ts';
import type { ChatId, InboxId, LaneId, TaskId, TurnId } from '../../src/core/ids.ts';
import type { InboxRow, Task } from '../../src/store/rows.ts';
import { newTask } from '../fakes/program.ts';

const chatId = 'chat_1' as ChatId;
const taskId = 'task_1' as TaskId;
const turnId = 'turn_1' as TurnId;
const inboxId = 'inbox_1' as InboxId;
const nothing: Verdict = { lost: [], doubled: [], unwoken: [] };
const call = { callId: 'c1', tool: 'Write', input: {} };

/** A background task that wrote once, ended, and was told of. */
const story: readonly (readonly [LaneId, EntryBody])[] = [
  ['main', { type: 'user:said', inboxId, text: 'begin' }],
  [taskId, { type: 'task:started', taskId, attempt: 1 }],
  [taskId, answered([call])],
  [taskId, { type: 'tool:started', turnId, ...call, isReadOnly: false }],
  [taskId, { type: 'tool:ended', turnId, callId: 'c1', tool: 'Write', text: 'ok', isError: false, durationMs: 1 }],
  [taskId, answered([])],
  [
    taskId,
    { type: 'task:ended', taskId, attempt: 1, outcome: { kind: 'completed', report: '' }, usage: {}, toolUses: 1 },
  ],
  ['main', told()],
];
const task = {
  ...newTask(chatId),
  id: taskId,
  parentLane: 'main',
  status: 'completed',
  isBackground: true,
  isSilent: false,
  notify: 'wake',
} as unknown as Task;

function answered(calls: (typeof call)[]): EntryBody {
  return { type: 'model:answered', turnId, model: 'm', text: '', calls, stop: 'end', usage: {}, durationMs: 1 };
}

function told(): EntryBody {
  const tasks = [{ inboxId: 'inbox_2' as InboxId, taskId, status: 'completed', summary: '' }];
  return { type: 'notification:delivered', text: '', isLate: false, tasks };
}

function log(bodies: readonly (readonly [LaneId, EntryBody])[]): Entry[] {
  return bodies.map(([lane, body], index) => ({ chatId, seq: index + 1, lane, at: 0, ...body }));
}

function holding(bodies: readonly (readonly [LaneId, EntryBody])[], more: Partial<Held> = {}): Held {
  return { chatId, entries: log(bodies), tasks: [task], waiting: [], ...more };
}

const life: readonly Said[] = [
  { kind: 'opened', chatId },
  { kind: 'sent', inboxId },
  ...log(story).map((entry): Said => ({ kind: 'committed', entry })),
];

test('a store that holds what was acknowledged, once, is good', () => {
  expect(judge([life], [holding(story)])).toEqual(nothing);
});

test.for<readonly [string, keyof Verdict, readonly Said[], Held]>([
  ['an entry that was committed and is gone', 'lost', life, holding(story.toSpliced(5, 1))],
  ['an input that was accepted and is gone', 'lost', life.slice(0, 2), holding(story.slice(1))],
  ['a chat that is gone', 'lost', [{ kind: 'opened', chatId: 'chat_2' as ChatId }], holding(story)],
  ['an end that nobody was told', 'lost', [], holding(story.slice(0, -1))],
  ['a call without a result', 'lost', [], holding(story.toSpliced(4, 1))],
  ['an end told twice', 'doubled', [], holding([...story, ['main', told()]])],
  ['an attempt that ended twice', 'doubled', [], holding(story.toSpliced(6, 0, ...story.slice(6, 7)))],
  ['an input that stands twice', 'doubled', [], holding([...story, ...story.slice(0, 1)])],
  ['a chat that came not to rest', 'unwoken', [{ kind: 'stuck', chatId }], holding(story)],
  ['a task that nobody took up', 'unwoken', [], holding(story, { tasks: [{ ...task, status: 'queued' }] })],
  [
    'a row that woke nobody',
    'unwoken',
    [],
    holding(story, { waiting: [{ id: 'inbox_3', lane: 'main', kind: 'message', wakes: true } as unknown as InboxRow] }),
  ],
])('%s is found', ([, kind, said, held]) => {
  const verdict = judge([said], [held]);

  expect(verdict[kind]).not.toEqual([]);
});

test('a call that does more than read and ran in two processes is doubled', () => {
  const ran: Said = { kind: 'tool', phase: 'began', dialogue: `${chatId}/${taskId}`, callId: 'c1' };

  const verdict = judge([[ran], [ran]], [holding(story)]);

  expect(verdict.doubled).toEqual([`Write (c1 of ${chatId}/${taskId}) ran 2 times`]);
});

test('a request whose answer was committed may not be asked again, one without an answer may', () => {
  const asked: Said = { kind: 'asked', dialogue: `${chatId}/${taskId}`, key: 'k1' };
  const answer = log(story)[2] as Entry;

  const known = judge([[asked, { kind: 'committed', entry: answer }], [asked]], [holding(story)]);
  const unknown = judge([[asked], [asked]], [holding(story)]);

  expect(known.doubled).toEqual([`${chatId}/${taskId} asked again for an answer that it had`]);
  expect(unknown.doubled).toEqual([]);
});
