import { expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../../src/core/entry.ts';
import type { ChatId, InboxId, TurnId } from '../../../src/core/ids.ts';
import type { InboxRow } from '../../../src/store/rows.ts';
import { emptyQueue, type QueueEvent, reduceQueue } from '../../../src/tui/queue/state.ts';

const [first, second] = ['inbox_1' as InboxId, 'inbox_2' as InboxId];
const turnId = 'turn_1' as TurnId;
const after = (...events: QueueEvent[]) => events.reduce(reduceQueue, emptyQueue);
const entry = (body: EntryBody): QueueEvent => ({
  kind: 'entry',
  entry: { chatId: 'chat_1' as ChatId, seq: 1, lane: 'main', at: 0, ...body } satisfies Entry,
});
const started = entry({ type: 'turn:started', turnId, model: 'm', cause: 'input' });
const ended = entry({ type: 'turn:ended', turnId, end: 'done' });
const said = (inboxId: InboxId) => entry({ type: 'user:said', inboxId, text: 'x' });
const row = (id: InboxId, more: Partial<InboxRow> = {}): InboxRow => ({
  id,
  chatId: 'chat_1' as ChatId,
  lane: 'main',
  kind: 'input',
  text: 'x',
  wakes: true,
  takes: 'boundary',
  createdAt: 0,
  ...more,
});
const sending: QueueEvent = { kind: 'sending', input: { key: 1, text: 'x', takes: 'turn' } };

test('an input is shown from the moment it is sent until its entry comes, never twice and never not at all', () => {
  const atFirst = after(sending);
  const stored = after(sending, { kind: 'sent', key: 1, id: first });
  const both = after(sending, { kind: 'read', rows: [row(first)], version: 0 }, { kind: 'sent', key: 1, id: first });
  const taken = after(sending, { kind: 'sent', key: 1, id: first }, said(first));

  expect([atFirst.sending.length, atFirst.rows.length]).toEqual([1, 0]);
  expect(stored).toMatchObject({ sending: [], rows: [{ id: first, takes: 'turn' }] });
  expect([both.sending.length, both.rows.length]).toEqual([0, 1]);
  expect(taken.rows).toEqual([]);
});

test('a reading of the store that began before an input was sent or taken changes nothing', () => {
  const sentMeanwhile = after(sending, { kind: 'sent', key: 1, id: first }, { kind: 'read', rows: [], version: 0 });
  const takenMeanwhile = after(said(first), { kind: 'read', rows: [row(first)], version: 0 });
  const current = after(said(first), { kind: 'read', rows: [row(second)], version: 1 });

  expect(sentMeanwhile.rows).toHaveLength(1);
  expect(takenMeanwhile.rows).toEqual([]);
  expect(current.rows.map(({ id }) => id)).toEqual([second]);
});

test('only what people wrote is in the queue', () => {
  const { rows } = after({
    kind: 'read',
    rows: [row(first, { kind: 'notification' }), row(second)],
    version: 0,
  });

  expect(rows.map(({ id }) => id)).toEqual([second]);
});

test('a turn is busy once it has taken what waited, until it ends', () => {
  expect(after().phase).toBe('idle');
  expect(after(started).phase).toBe('starting');
  expect(after(started, said(first)).phase).toBe('busy');
  expect(after(started, said(first), ended).phase).toBe('idle');
});

test('an input that could not be stored is gone from the queue', () => {
  expect(after(sending, { kind: 'not-sent', key: 1 })).toEqual(emptyQueue);
});
