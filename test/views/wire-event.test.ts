import { expect, test } from 'vitest';
import type { Entry, EntryBody, Outcome } from '../../src/core/entry.ts';
import type { ChatId, LaneId, TaskId, TurnId, UserId } from '../../src/core/ids.ts';
import { envelope, taskOf, wireEvents } from '../../src/views/wire-event.ts';

const chatId = 'chat_x' as ChatId;
const taskId = 'task_x' as TaskId;
const turnId = 'turn_x' as TurnId;

const entry = (lane: LaneId, body: EntryBody): Entry => ({ chatId, lane, seq: 7, at: 0, ...body });
const answer: EntryBody = {
  type: 'model:answered',
  turnId,
  model: 'm',
  text: 'Hi',
  thinking: 'Hm',
  calls: [],
  stop: 'end',
  usage: {},
  durationMs: 1,
};
const ended = (outcome: Outcome): EntryBody => ({
  type: 'task:ended',
  taskId,
  attempt: 1,
  outcome,
  usage: {},
  toolUses: 0,
});

test('T1 every event of a task has its id, and ordinary conversation has no such key', () => {
  const ofTask = wireEvents(entry(taskId, answer));
  const ofMain = wireEvents(entry('main', answer));

  expect(ofTask.map(event => event.data.task_id)).toEqual([taskId, taskId]);
  for (const event of ofMain) expect(event.data).not.toHaveProperty('task_id');
});

test('an entry that names a task belongs to it, whatever its lane', () => {
  const queued = entry('main', { type: 'task:started', taskId, attempt: 1 });

  expect(taskOf(queued)).toBe(taskId);
});

test('T2 thoughts come before the message that they led to', () => {
  expect(wireEvents(entry(taskId, answer)).map(event => event.type)).toEqual(['thought', 'message']);
});

test.each([
  [{ kind: 'completed', report: 'r' }, 'status', 'completed'],
  [{ kind: 'stopped', message: 'm' }, 'status', 'stopped'],
  [{ kind: 'failed', reason: 'auth', message: 'm' }, 'error', 'failed'],
] as const)('T4 the end %o is one event of its kind', (outcome, type, status) => {
  const events = wireEvents(entry(taskId, ended(outcome)));

  expect(events).toMatchObject([{ type, data: { status, task_id: taskId } }]);
});

test('T3 an instruction has a role of its own', () => {
  const [first] = wireEvents(entry(taskId, { type: 'task:instructed', prompt: 'do' }));

  expect(first).toMatchObject({ type: 'message', data: { role: 'instruction', text: 'do' } });
});

test('the envelope names chat, user, number and time', () => {
  const said = entry('main', { type: 'chat:renamed', title: 't' });
  const [event] = wireEvents(said);

  expect(envelope(said, event, { sessionId: 's', userId: 'user_x' as UserId })).toEqual({
    type: 'status',
    data: { status: 'chat_renamed', title: 't' },
    session_id: 's',
    user_id: 'user_x',
    chat_id: chatId,
    seq: 7,
    at: '1970-01-01T00:00:00.000Z',
  });
});
