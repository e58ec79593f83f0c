import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../src/core/entry.ts';
import type { ChatId, LaneId, TaskId, TurnId, WorkerId } from '../../src/core/ids.ts';
import type { Worker } from '../../src/store/rows.ts';
import type { Reader } from '../../src/store/store.ts';
import { openTurnOf, readAttemptStart, readOpenTurn } from '../../src/tasks/open-turn.ts';
import { isStale, type Sight, standingOf } from '../../src/tasks/stale-worker.ts';

const chatId = 'chat_1' as ChatId; // fixed ids, of any form
const turnId = 'turn_1' as TurnId;
const answer: EntryBody = {
  type: 'model:answered',
  turnId,
  model: 'm',
  text: '',
  calls: ['a', 'b', 'c'].map(callId => ({ callId, tool: 'Bash', input: {} })),
  stop: 'tools',
  usage: {},
  durationMs: 1,
};
const begin: EntryBody = { type: 'turn:started', turnId, model: 'm', cause: 'input' };
const end: EntryBody = { type: 'turn:ended', turnId, end: 'done' };
const started = (callId: string, more: object = {}): EntryBody => ({
  type: 'tool:started',
  turnId,
  callId,
  tool: 'Bash',
  input: {},
  isReadOnly: false,
  ...more,
});
const ended = (callId: string): EntryBody => ({
  type: 'tool:ended',
  turnId,
  callId,
  tool: 'Bash',
  text: '',
  isError: false,
  durationMs: 1,
});
const log = (bodies: readonly EntryBody[], lane: LaneId = 'main'): Entry[] =>
  bodies.map((body, index) => ({ chatId, seq: index + 1, lane, at: (index + 1) * 10, ...body }));

/** The part of a reader that is asked, over a log in memory; counts the entries that it gave out. */
function readerOf(entries: readonly Entry[]) {
  let given = 0;
  const reader = {
    async entries(_chat: ChatId, { lane, after = 0 }: { lane?: LaneId; after?: number }) {
      const found = entries.filter(entry => entry.lane === lane && entry.seq > after);
      given += found.length;
      return found;
    },
  };
  return { reader: reader as unknown as Reader, given: () => given }; // no other question is asked
}

describe('the open turn of a lane', () => {
  test('S16 it has the calls without a result, which have begun, and which are made again', () => {
    const turn = openTurnOf(
      log([begin, answer, started('a'), started('b', { isRepeatable: true }), started('c', { isReadOnly: true })]),
    );

    expect(turn).toMatchObject({ startedAt: 10, lastAt: 50, steps: 1 });
    expect(turn?.calls.map(({ call, startedAt, isRepeatable }) => [call.callId, startedAt, isRepeatable])).toEqual([
      ['a', 30, false],
      ['b', 40, true],
      ['c', 50, true],
    ]);
  });

  test('a call that has its result, or has not begun, is told apart', () => {
    const turn = openTurnOf(log([begin, answer, started('a'), ended('a'), started('b')]));

    expect(turn?.calls.map(({ call, startedAt }) => [call.callId, startedAt])).toEqual([
      ['b', 50],
      ['c', undefined],
    ]);
  });

  test('a lane whose turn has ended, or that never had one, has none', () => {
    expect(openTurnOf(log([begin, answer, end]))).toBeUndefined();
    expect(openTurnOf([])).toBeUndefined();
  });

  test('read from the end it is that of the whole lane, whatever lies before and between', async () => {
    const bodies = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(begin, end) },
        { weight: 40, arbitrary: fc.constantFrom(answer, started('a'), ended('a')) },
      ),
      { maxLength: 1_500, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async list => {
        const entries = log(list);

        const found = await readOpenTurn(readerOf(entries).reader, { chatId, lane: 'main', lastSeq: entries.length });

        const begun = entries.findLastIndex(({ type }) => type === 'turn:started');
        const isOpen = begun > entries.findLastIndex(({ type }) => type === 'turn:ended');
        expect(found === undefined).toBe(!isOpen);
        expect(found?.startedAt).toBe(isOpen ? entries[begun]?.at : undefined);
      }),
      { numRuns: 50 },
    );
  });

  test('R42 of a long chat only the end is read', async () => {
    const { reader, given } = readerOf(log([...Array.from({ length: 50_000 }, () => end), begin, answer]));

    const turn = await readOpenTurn(reader, { chatId, lane: 'main', lastSeq: 50_002 });

    expect(turn?.steps).toBe(1);
    expect(given()).toBeLessThan(1_000);
  });

  test('the start of the newest attempt is found, and nothing where there was none', async () => {
    const lane = 'task_1' as TaskId;
    const start = (attempt: number): EntryBody => ({ type: 'task:started', taskId: lane, attempt });
    const entries = log([start(1), begin, start(2), ...Array.from({ length: 900 }, () => answer)], lane);

    const at = { chatId, lane, lastSeq: entries.length };

    expect(await readAttemptStart(readerOf(entries).reader, at)).toBe(30);
    expect(await readAttemptStart(readerOf([]).reader, at)).toBeUndefined();
  });
});

describe('who is gone', () => {
  const worker = (more: Partial<Worker> = {}): Worker => ({
    id: 'worker_1' as WorkerId,
    kind: 'worker',
    pid: 7,
    host: 'here',
    startedAt: 0,
    leaseUntil: 100,
    ...more,
  });
  const sight: Sight = { host: 'here', now: 100, isAlive: pid => pid === 7 };

  test.each([
    ['a process that is there', {}, 'alive'],
    ['a process that is not', { pid: 8 }, 'process-gone'],
    ['one of another machine, whose numbers say nothing here', { pid: 8, host: 'there' }, 'alive'],
    ['one whose lease ran out', { leaseUntil: 99 }, 'lease-over'],
    ['one that has ended', { endedAt: 50 }, 'ended'],
  ] as const)('%s', (_what, more, standing) => {
    expect(standingOf(worker(more), sight)).toBe(standing);
  });

  test('R12 a task is stale when it says that it runs and nobody who lives runs it', () => {
    const workers = new Map([worker(), worker({ id: 'worker_2' as WorkerId, pid: 8 })].map(one => [one.id, one]));
    const of = (name?: string, status: 'running' | 'queued' = 'running') =>
      isStale({ status, ...(name ? { worker: name as WorkerId } : {}) }, workers, sight);

    expect([of('worker_1'), of('worker_2'), of('worker_3'), of(), of('worker_2', 'queued')]).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
