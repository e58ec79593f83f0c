import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { limits } from '../../../src/core/limits.ts';
import type { ModelEvent, ModelRequest } from '../../../src/models/model.ts';
import { createPlaybookModel } from '../../../src/models/playbook/model.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import { createFakeClock } from '../../fakes/clock.ts';
import { requestOf, user } from '../../fakes/conversation.ts';

function modelOf(replies: string) {
  const clock = createFakeClock();
  const playbook = parsePlaybook(`name: test\nreplies:\n${replies}`, 'test.yaml');
  return { clock, model: createPlaybookModel({ clock, load: async () => playbook }) };
}

type Asked = { readonly signal?: AbortSignal; readonly request?: ModelRequest };

async function eventsOf(
  { model }: Pick<ReturnType<typeof modelOf>, 'model'>,
  asked: Asked = {},
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  const request = asked.request ?? requestOf([user('hi')]);
  for await (const event of model.stream(request, asked.signal ?? new AbortController().signal)) events.push(event);
  return events;
}

test('an answer streams thinking, then text in chunks, then calls, and ends with one event that has it all', async () => {
  const given = modelOf(
    '  - think: Hmm.\n    say: Hello 🙂 you\n    chunk_chars: 7\n    call: [{ tool: A, input: { n: 1 } }, { tool: B }]\n',
  );

  const events = await eventsOf(given);

  expect(events.slice(0, -1)).toEqual([
    { type: 'thinking', delta: 'Hmm.' },
    { type: 'text', delta: 'Hello 🙂' },
    { type: 'text', delta: ' you' },
    { type: 'call', tool: 'A' },
    { type: 'call', tool: 'B' },
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'answered',
    answer: {
      text: 'Hello 🙂 you',
      thinking: 'Hmm.',
      stop: 'tools',
      calls: [
        { tool: 'A', input: { n: 1 } },
        { tool: 'B', input: {} },
      ],
    },
  });
});

test('delays pass by the clock: before the first chunk, and between two', async () => {
  const given = modelOf('  - say: abcd\n    chunk_chars: 2\n    delay_ms: 1000\n    chunk_delay_ms: 50\n');
  const seen: string[] = [];
  const done = (async () => {
    for await (const event of given.model.stream(requestOf([user('hi')]), new AbortController().signal))
      seen.push(event.type);
  })();

  await given.clock.advance(999);
  const before = [...seen];
  await given.clock.advance(1);
  const first = [...seen];
  await given.clock.advance(50);
  await done;

  expect([before, first, seen]).toEqual([[], ['text'], ['text', 'text', 'answered']]);
});

test('R23 interrupted at every chunk, it ends at once with `aborted` and the text so far', async () => {
  for (const stopAfter of [0, 1, 2, 3]) {
    const given = modelOf('  - say: abcdef\n    chunk_chars: 2\n    chunk_delay_ms: 50\n');
    const controller = new AbortController();
    const events: ModelEvent[] = [];
    if (stopAfter === 0) controller.abort(new Error('esc'));

    const done = (async () => {
      for await (const event of given.model.stream(requestOf([user('hi')]), controller.signal)) {
        events.push(event);
        if (events.length === stopAfter) controller.abort(new Error('esc'));
      }
    })();
    await given.clock.advance(stopAfter * 50);
    await done;

    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      failure: { kind: 'aborted', partialText: 'abcdef'.slice(0, stopAfter * 2) },
    });
    expect(events).toHaveLength(stopAfter + 1);
    expect(given.clock.pending).toBe(0);
  }
});

test.each([
  ['status: 400', { kind: 'bad-request', status: 400 }],
  ['status: 401', { kind: 'auth', status: 401 }],
  ['status: 402', { kind: 'billing', status: 402 }],
  ['status: 403', { kind: 'auth', status: 403 }],
  ['status: 404', { kind: 'not-found', status: 404 }],
  ['status: 408', { kind: 'timeout', status: 408 }],
  ['status: 429, retry_after: 2', { kind: 'throttled', status: 429, retryAfterMs: 2000 }],
  ['status: 429, retry_after: 3600', { kind: 'throttled', retryAfterMs: 3_600_000 }],
  ['status: 429, retry_after: "Thu, 01 Jan 2026 00:01:00 GMT"', { kind: 'throttled', retryAfterMs: 60_000 }],
  ['status: 429, retry_after: 5 apples', { kind: 'throttled', retryAfterMs: undefined }],
  ['status: 429, retry_after: soon', { kind: 'throttled', retryAfterMs: undefined }],
  ['status: 500', { kind: 'overloaded' }],
  ['status: 529', { kind: 'overloaded', status: 529 }],
  ['overflow: true', { kind: 'overflow' }],
  ['refuse: true', { kind: 'network', partialText: '' }],
  ['reset_before: true', { kind: 'network', partialText: '' }],
  ['reset_after: 2', { kind: 'network', partialText: 'abcd' }],
  ['error_after: 2', { kind: 'overloaded', partialText: 'abcd' }],
  ['missing_blank_lines: true', { kind: 'protocol' }],
  ['invalid_json: true', { kind: 'protocol' }],
  ['no_stop: true', { kind: 'protocol', partialText: 'abcdef' }],
  ['incomplete_call: true', { kind: 'protocol', partialText: 'abcdef' }],
  [`huge_line: ${limits.sseLineBytes + 1}`, { kind: 'protocol' }],
])('R20 R21 R22 the fault { %s } fails as a real provider would', async (fault, failure) => {
  const given = modelOf(`  - say: abcdef\n    chunk_chars: 2\n    call: [{ tool: A }]\n    fault: { ${fault} }\n`);

  const events = await eventsOf(given);

  expect(events.at(-1)).toMatchObject({ type: 'failed', failure });
});

test.each(['split_bytes: true', 'line_ends: mixed', 'unknown_events: true', 'two_stops: true', 'huge_line: 1000'])(
  'R22 the fault { %s } is one that a client copes with',
  async fault => {
    const events = await eventsOf(modelOf(`  - say: abcdef\n    fault: { ${fault} }\n`));

    expect(events.at(-1)).toMatchObject({ type: 'answered', answer: { text: 'abcdef' } });
  },
);

test.each(['silence: 1', 'silence_with_keepalives: 1'])(
  'R21 { %s } is a timeout after the idle limit, with the partial text',
  async fault => {
    const given = modelOf(`  - say: abcdef\n    chunk_chars: 2\n    fault: { ${fault} }\n`);
    const done = eventsOf(given);

    await given.clock.advance(limits.modelIdleMs);
    const events = await done;

    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'timeout', partialText: 'ab' } });
  },
);

test('R23 ids of calls are unique within an answer even when the script repeats one', async () => {
  const given = modelOf(
    '  - call: [{ tool: A, id: x }, { tool: B, id: x }, { tool: C, id: x_2 }]\n    fault: duplicate_call_ids\n',
  );

  const last = (await eventsOf(given)).at(-1);

  const ids = last?.type === 'answered' ? last.answer.calls.map(call => call.callId) : [];
  expect(new Set(ids).size).toBe(3);
});

test('R20 a fault with `times` passes: the same request is answered at the next attempt, another one fails anew', async () => {
  const given = modelOf('  - say: through\n    fault: { status: 529, times: 2 }\n');
  const other = { request: requestOf([user('other')]) };

  const ends = [await eventsOf(given), await eventsOf(given), await eventsOf(given), await eventsOf(given, other)];

  expect(ends.map(events => events.at(-1)?.type)).toEqual(['failed', 'failed', 'answered', 'failed']);
});

test('a playbook that cannot be loaded is a failure that says why, never a throw', async () => {
  const load = () => Promise.reject(new AppError('not-found', 'The playbook /x does not exist'));
  const model = createPlaybookModel({ clock: createFakeClock(), load });

  const events = await eventsOf({ model });

  expect(events).toEqual([
    { type: 'failed', failure: { kind: 'not-found', message: 'The playbook /x does not exist', partialText: '' } },
  ]);
});
