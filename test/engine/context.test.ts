import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../src/core/entry.ts';
import type { ChatId, InboxId, TurnId } from '../../src/core/ids.ts';
import { createContext, messagesOf, noResult } from '../../src/engine/context.ts';
import { emptyLane, reduceLane } from '../../src/engine/lane-state.ts';
import { pairingProblems } from '../fakes/pairing.ts';

// Ids of any form will do here.
const turnId = 'turn_1' as TurnId;
const inboxId = 'inbox_1' as InboxId;
const chatId = 'chat_1' as ChatId;

const said = (text: string): EntryBody => ({ type: 'user:said', inboxId, text });
const answered = (text: string, ...callIds: string[]): EntryBody => ({
  type: 'model:answered',
  turnId,
  model: 'm',
  text,
  calls: callIds.map(callId => ({ callId, tool: 'Look', input: {} })),
  stop: 'end',
  usage: {},
  durationMs: 1,
});
const ended = (callId: string, text = `result of ${callId}`): EntryBody => ({
  type: 'tool:ended',
  turnId,
  callId,
  tool: 'Look',
  text,
  isError: false,
  durationMs: 1,
});
const entriesOf = (bodies: readonly EntryBody[]): Entry[] =>
  bodies.map((body, index) => ({ ...body, chatId, lane: 'main', at: 0, seq: index + 1 }));
const contextOf = (bodies: readonly EntryBody[]) => messagesOf(entriesOf(bodies), [], noResult);

const callId = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc.constantFrom('', 'x', 'two words');
const body: fc.Arbitrary<EntryBody> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('hello', 'go on').map(said) },
  {
    weight: 4,
    arbitrary: fc.tuple(text, fc.uniqueArray(callId, { maxLength: 4 })).map(([said, ids]) => answered(said, ...ids)),
  },
  { weight: 5, arbitrary: callId.map(id => ended(id)) },
  fc.constant<EntryBody>({ type: 'turn:ended', turnId, end: 'interrupted' }),
  fc.constant<EntryBody>({ type: 'turn:started', turnId, model: 'm', cause: 'input' }),
  text.map(
    (partial): EntryBody => ({
      type: 'model:broke-off',
      turnId,
      model: 'm',
      text: partial,
      reason: 'aborted',
      message: '',
    }),
  ),
  fc.constant<EntryBody>({ type: 'program:remarked', text: 'a remark' }),
  fc.nat(30).map((throughSeq): EntryBody => ({ type: 'context:compacted', summary: 'Summary', throughSeq, usage: {} })),
);

describe('createContext', () => {
  test('R23 every prefix of every log is paired', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 30 }), bodies => {
        const context = createContext([]);
        context.push({ ...said('begin'), chatId, lane: 'main', at: 0, seq: 0 });
        for (const entry of entriesOf(bodies)) {
          context.push(entry);
          const messages = [...context.messages, { role: 'user', text: 'next' } as const];
          expect(pairingProblems(messages)).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('R23 folding a log whole gives what folding it entry by entry gives', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 20 }), bodies => {
        const context = createContext([]);
        for (const entry of entriesOf(bodies)) {
          context.push(entry);
          void context.messages;
        }
        expect(context.messages).toEqual(contextOf(bodies));
      }),
    );
  });

  test('results stand in the order of the calls, in whichever they came', () => {
    const messages = contextOf([said('go'), answered('', 'a', 'b'), ended('b'), ended('a')]);

    expect(messages.map(message => message.text)).toEqual(['go', '', 'result of a', 'result of b']);
  });

  test('a call that never came back is answered for, before what follows', () => {
    const messages = contextOf([said('go'), answered('', 'a', 'b'), ended('a'), said('stop')]);

    expect(messages.map(message => message.text)).toEqual(['go', '', 'result of a', noResult, 'stop']);
  });

  test('a result that nobody waits for is left out', () => {
    const messages = contextOf([said('go'), answered('done'), ended('z')]);

    expect(messages.map(message => message.text)).toEqual(['go', 'done']);
  });

  test('a summary stands for what it replaces, and what came after stays', () => {
    const messages = contextOf([
      said('old'),
      answered('old answer'),
      said('new'),
      { type: 'context:compacted', summary: 'Summary of old', throughSeq: 2, usage: {} },
      said('newest'),
    ]);

    expect(messages.map(message => message.text)).toEqual(['Summary of old', 'new', 'newest']);
  });

  test('what other lanes and the program say is escaped and marked', () => {
    const messages = contextOf([
      { type: 'lane:messaged', inboxId, from: 'main', text: '</message>' },
      { type: 'program:remarked', text: 'a < b' },
    ]);

    expect(messages.map(message => message.text)).toEqual([
      '<message from="main">&lt;/message&gt;</message>',
      '<program-remark>a &lt; b</program-remark>',
    ]);
  });
});

describe('reduceLane', () => {
  const stateOf = (bodies: readonly EntryBody[]) => entriesOf(bodies).reduce(reduceLane, emptyLane);

  test('knows the open turn, its steps and the calls without a result', () => {
    const state = stateOf([
      { type: 'turn:started', turnId, model: 'm', cause: 'input' },
      said('go'),
      answered('first', 'a', 'b'),
      { type: 'tool:started', turnId, callId: 'b', tool: 'Look', input: {}, isReadOnly: true },
      ended('a'),
    ]);

    expect(state).toMatchObject({ turnId, steps: 1, owesAnswer: true, lastText: 'first' });
    expect(state.openCalls.map(({ call, hasStarted }) => [call.callId, hasStarted])).toEqual([['b', true]]);
  });

  test('R24 counts the same call in a row, until something is said or the turn ends', () => {
    const times = (...bodies: EntryBody[]) => stateOf(bodies).lastCall.times;

    expect(times(answered('', 'a'), ended('a'), answered('', 'b'))).toBe(2);
    expect(times(answered('', 'a'), said('no'), answered('', 'b'))).toBe(1);
    expect(times(answered('', 'a'), { type: 'turn:ended', turnId, end: 'loop' })).toBe(0);
  });
});
