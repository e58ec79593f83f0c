import { getEventListeners } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import type { Message, ModelEvent } from '../../src/models/model.ts';
import { startModelServer } from '../fakes/model-server/server.ts';
import { answerOf, ask, collect, failureOf, modelsAt, never, protocols, until } from '../fakes/models.ts';
import { expectWithin } from '../fakes/pace.ts';
import { chatStream, eventStream, startRawServer } from '../fakes/raw-server.ts';

const servers: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(servers.splice(0).map(server => server.stop())));

const playbook = `
name: t
replies:
  - when: { contains: work }
    think: let me see
    say: Looking at both files now.
    call:
      - { tool: Read, input: { path: a } }
      - { tool: Read, input: { path: b } }
    chunk_chars: 6
default:
  say: Going on.
`;

/** What a lane sends after an answer that was cut: the partial text, labelled, and the next input. */
function continued(partialText: string): Message[] {
  const partial: Message[] =
    partialText.trim() === '' ? [] : [{ role: 'assistant', text: `${partialText}\n[cut off here]`, calls: [] }];
  return [{ role: 'user', text: 'begin' }, ...partial, { role: 'user', text: 'go on' }];
}

for (const protocol of protocols) {
  test(`R23 ${protocol}: interrupted at every event and continued, a strict server takes the next request`, async () => {
    const server = await startModelServer({ playbook, strict: true });
    servers.push(server);
    const models = modelsAt(server.url);
    const model = `${protocol}/m`;
    const whole = await collect(models.stream(ask('work', { model }), never));

    for (let boundary = 0; boundary < whole.length; boundary += 1) {
      const stop = new AbortController();
      const seen: ModelEvent[] = [];
      if (boundary === 0) stop.abort(new Error('stopped'));
      for await (const event of models.stream(ask('work', { model }), stop.signal)) {
        seen.push(event);
        if (seen.length === boundary) stop.abort(new Error('stopped'));
      }
      const failure = failureOf(seen);
      const next = await collect(models.stream(ask('', { model, messages: continued(failure.partialText) }), never));

      expect(failure.kind).toBe('aborted');
      expect(seen).toHaveLength(boundary + 1);
      expect(answerOf(next).text).toBe('Going on.');
      expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
    }
  });

  test(`R23 ${protocol}: an answer with calls and its results are taken back by a strict server`, async () => {
    const server = await startModelServer({ playbook, strict: true });
    servers.push(server);
    const models = modelsAt(server.url);
    const model = `${protocol}/m`;
    const answer = answerOf(await collect(models.stream(ask('work', { model }), never)));
    const results: Message[] = answer.calls.map(call => ({
      role: 'tool',
      callId: call.callId,
      tool: call.tool,
      text: 'done',
      isError: false,
    }));
    const messages: Message[] = [{ role: 'user', text: 'work' }, { role: 'assistant', ...answer, model }, ...results];

    const next = await collect(models.stream(ask('', { model, messages }), never));

    expect(answerOf(next).text).toBe('Going on.');
    const back = server.requests.at(-1)?.request?.messages.find(message => message.role === 'assistant');
    expect(back).toMatchObject({ text: answer.text, calls: answer.calls });
  });

  test(`R23 ${protocol}: the same id twice in an answer is made unique`, async () => {
    const twice = playbook.replace('chunk_chars: 6', 'fault: duplicate_call_ids');
    const server = await startModelServer({ playbook: twice, strict: true });
    servers.push(server);

    const answer = answerOf(await collect(modelsAt(server.url).stream(ask('work', { model: `${protocol}/m` }), never)));

    expect(answer.calls.map(call => call.input)).toEqual([{ path: 'a' }, { path: 'b' }]);
    expect(new Set(answer.calls.map(call => call.callId)).size).toBe(2);
  });

  test(`R23 ${protocol}: 200 calls in one step come whole and in order, and go back`, async () => {
    const calls = Array.from({ length: 200 }, (_, index) => `      - { tool: Read, input: { path: "f${index}" } }`);
    const server = await startModelServer({
      playbook: `name: t\nreplies:\n  - when: { contains: work }\n    call:\n${calls.join('\n')}\ndefault: { say: fine }\n`,
      strict: true,
    });
    servers.push(server);
    const models = modelsAt(server.url);
    const model = `${protocol}/m`;

    const answer = answerOf(await collect(models.stream(ask('work', { model }), never)));
    const results: Message[] = answer.calls.map(call => ({
      role: 'tool',
      callId: call.callId,
      tool: call.tool,
      text: 'x',
      isError: false,
    }));
    const messages: Message[] = [{ role: 'user', text: 'work' }, { role: 'assistant', ...answer, model }, ...results];
    const next = answerOf(await collect(models.stream(ask('', { model, messages }), never)));

    expect(answer.calls.map(call => call.input)).toEqual(calls.map((_, index) => ({ path: `f${index}` })));
    expect(next.text).toBe('fine');
  });
}

test('an interrupted request closes its connection within milliseconds and leaves no listener', async () => {
  const server = await startRawServer(response => {
    response.writeHead(200, eventStream);
    response.write(`${chatStream('some').split('\n\n')[0]}\n\n`);
  });
  servers.push(server);
  const stop = new AbortController();
  const reader = modelsAt(server.url).stream(ask('hi'), stop.signal)[Symbol.asyncIterator]();
  await reader.next();
  const next = reader.next();

  await expectWithin(50, async () => {
    const begin = performance.now();
    stop.abort(new Error('stopped'));
    const { value } = await next;
    expect(value).toMatchObject({ type: 'failed', failure: { kind: 'aborted', partialText: 'some' } });
    return performance.now() - begin;
  });
  await until(() => server.openSockets() === 0);
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
});

test('a reader that leaves early closes the connection', async () => {
  const server = await startRawServer(response => {
    response.writeHead(200, eventStream);
    response.write(`${chatStream('some').split('\n\n')[0]}\n\n`);
  });
  servers.push(server);

  for await (const event of modelsAt(server.url).stream(ask('hi'), never)) if (event.type === 'text') break;

  await until(() => server.openSockets() === 0);
});

test('100 streams behind one limiter are answered, each with its own text', async () => {
  const server = await startModelServer({
    playbook: 'name: t\nreplies: []\ndefault: { say: "{{input}}", chunk_chars: 3 }\n',
    strict: true,
  });
  servers.push(server);
  const models = modelsAt(server.url, { limits: { requestsStart: 8 } });

  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) =>
      answerOf(await collect(models.stream(ask(`nonce ${index}`), never))),
    ),
  );

  expect(answers.map(answer => answer.text)).toEqual(answers.map((_, index) => `nonce ${index}`));
});
