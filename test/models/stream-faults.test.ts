import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import type { ModelEvent } from '../../src/models/model.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { startModelServer } from '../fakes/model-server/server.ts';
import {
  answerOf,
  ask,
  collect,
  collectPassing,
  failureOf,
  modelsAt,
  never,
  protocols,
  until,
} from '../fakes/models.ts';
import { chatStream, eventStream, startRawServer } from '../fakes/raw-server.ts';

const servers: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(servers.splice(0).map(server => server.stop())));

async function scripted(fault: string, say = 'one two three four') {
  const playbook = `name: t\nreplies: []\ndefault:\n  say: ${say}\n  chunk_chars: 4\n  fault: ${fault}\n`;
  const server = await startModelServer({ playbook, strict: true });
  servers.push(server);
  return server;
}

async function raw(...args: Parameters<typeof startRawServer>) {
  const server = await startRawServer(...args);
  servers.push(server);
  return server;
}

const once = { modelRetries: 0 };
const textOf = (events: readonly ModelEvent[]) =>
  events.map(event => (event.type === 'text' ? event.delta : '')).join('');

async function collectInto(events: ModelEvent[], stream: AsyncIterable<ModelEvent>): Promise<void> {
  for await (const event of stream) events.push(event);
}

for (const protocol of protocols) {
  const request = ask('hi', { model: `${protocol}/m` });

  for (const fault of [
    'split_bytes',
    '{ line_ends: crlf }',
    '{ line_ends: cr }',
    '{ line_ends: mixed }',
    'unknown_events',
    'two_stops',
  ]) {
    test(`R22 ${protocol}: ${fault} changes nothing of the answer`, async () => {
      const { url } = await scripted(fault, '"é 😀 zwei drei"');

      const events = await collect(modelsAt(url, { limits: once }).stream(request, never));

      expect(answerOf(events)).toMatchObject({ text: 'é 😀 zwei drei', stop: 'end' });
    });
  }

  for (const fault of ['missing_blank_lines', 'invalid_json', 'no_stop']) {
    test(`R22 ${protocol}: ${fault} is a failure of the protocol, with what had come`, async () => {
      const { url } = await scripted(fault);

      const events = await collect(modelsAt(url, { limits: once }).stream(request, never));

      expect(failureOf(events)).toMatchObject({ kind: 'protocol' });
      if (fault !== 'missing_blank_lines') expect(failureOf(events).partialText).toBe('one two three four');
    });
  }

  test(`R22 ${protocol}: a line of 100 MB ends with a clear error and bounded memory`, async () => {
    const { url } = await scripted(`{ huge_line: ${100 * 1024 * 1024} }`);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 2);

    const events = await collect(modelsAt(url, { limits: once }).stream(request, never));
    clearInterval(watch);

    expect(failureOf(events)).toMatchObject({ kind: 'protocol' });
    expect(failureOf(events).message).toContain('a line longer than 16 MB');
    expect(most).toBeLessThan(64 * 1024 * 1024);
  });

  test(`R21 ${protocol}: a reset before the answer is retried, and so is one in the middle`, async () => {
    const clock = createFakeClock();
    for (const fault of ['{ reset_before: true, times: 1 }', '{ reset_after: 2, times: 1 }']) {
      const { url, requests } = await scripted(fault);

      const events = await collectPassing(modelsAt(url, { clock }).stream(request, never), clock);

      expect(answerOf(events).text).toBe('one two three four');
      expect(requests).toHaveLength(2);
    }
  });

  test(`R21 ${protocol}: the text before a final reset is kept as partial`, async () => {
    const { url } = await scripted('{ reset_after: 6 }');

    const events = await collect(modelsAt(url, { limits: once }).stream(request, never));

    expect(failureOf(events).kind).toBe('network');
    expect(failureOf(events).partialText).toBe(textOf(events));
    expect(textOf(events)).toMatch(/^one /);
  });

  for (const fault of ['silence', 'silence_with_keepalives']) {
    test(`R21 ${protocol}: ${fault} in the middle ends after the idle time, with the partial text`, async () => {
      const clock = createFakeClock();
      const { url } = await scripted(`{ ${fault}: 5 }`);
      const events: ModelEvent[] = [];
      const all = collectInto(events, modelsAt(url, { clock, limits: once }).stream(request, never));
      await until(() => textOf(events) !== '' && clock.pending > 0);
      await new Promise(resolve => setTimeout(resolve, 10));

      await clock.advance(limits.modelIdleMs);
      await all;

      expect(failureOf(events).kind).toBe('timeout');
      expect(failureOf(events).partialText).toBe(textOf(events));
      expect(clock.pending).toBe(0);
    });
  }

  test(`R21 ${protocol}: silence after accepting ends after the idle time`, async () => {
    const clock = createFakeClock();
    const { url, requests } = await scripted('silence');
    const events = collect(modelsAt(url, { clock, limits: once }).stream(request, never));
    await until(() => requests.length === 1 && clock.pending > 0);

    await clock.advance(limits.modelIdleMs);

    expect(failureOf(await events)).toMatchObject({ kind: 'timeout', partialText: '' });
  });

  test(`R21 ${protocol}: a call from incomplete JSON never runs`, async () => {
    const playbook =
      'name: t\nreplies: []\ndefault:\n  call: [{ tool: Read, input: { path: "/a/b/c" } }]\n  fault: incomplete_call\n';
    const server = await startModelServer({ playbook });
    servers.push(server);

    const events = await collect(modelsAt(server.url, { limits: once }).stream(request, never));

    expect(failureOf(events).kind).toBe('protocol');
  });

  test(`${protocol}: an overflow is recognised and not retried`, async () => {
    const { url, requests } = await scripted('overflow');

    const events = await collect(modelsAt(url).stream(request, never));

    expect(failureOf(events).kind).toBe('overflow');
    expect(requests).toHaveLength(1);
  });
}

test('R21 a server that is not running is said so after a few tries', async () => {
  const clock = createFakeClock();
  const server = await startRawServer(() => {});
  await server.stop();

  const events = await collectPassing(modelsAt(server.url, { clock }).stream(ask('hi'), never), clock);

  expect(events.filter(event => event.type === 'retrying')).toHaveLength(limits.modelUnreachedRetries);
  expect(failureOf(events)).toMatchObject({ kind: 'network' });
  expect(failureOf(events).message).toContain('is the server of openai-chat running?');
});

test('R22 an answer is the same wherever its bytes are split', async () => {
  const text = 'Grüße 😀 aus 北京\r\n';
  const bytes = Buffer.from(`\ufeff: hello\r\n\r${chatStream(text)}`);
  const server = await raw((response, request) => {
    const { content } = JSON.parse(request.body).messages.at(-1);
    const cuts: number[] = JSON.parse(content);
    response.writeHead(200, eventStream);
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      response.write(bytes.subarray(from, cut));
      from = cut;
    }
    response.end();
  });
  const models = modelsAt(server.url, { limits: once });
  const cutSets = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 });

  await fc.assert(
    fc.asyncProperty(cutSets, async cuts => {
      const sorted = cuts.toSorted((a, b) => a - b);
      const events = await collect(models.stream(ask(JSON.stringify(sorted)), never));
      expect(answerOf(events).text).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test('R22 a final event without its blank line counts', async () => {
  const server = await raw(response => response.writeHead(200, eventStream).end(chatStream('whole').trimEnd()));

  const events = await collect(modelsAt(server.url, { limits: once }).stream(ask('hi'), never));

  expect(answerOf(events).text).toBe('whole');
});

test('R22 an answer larger than its limit is refused', async () => {
  const server = await raw(response => response.writeHead(200, eventStream).end(chatStream('x'.repeat(5000))));

  const events = await collect(
    modelsAt(server.url, { limits: { ...once, answerBytes: 4096 } }).stream(ask('hi'), never),
  );

  expect(failureOf(events)).toMatchObject({ kind: 'protocol' });
});

test('the idle time is not reset by empty events', async () => {
  const clock = createFakeClock();
  let write = (_text: string): void => {};
  const server = await raw(response => {
    response.writeHead(200, eventStream);
    write = text => void response.write(text);
    write('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
  });
  const reader = modelsAt(server.url, { clock, limits: once }).stream(ask('hi'), never)[Symbol.asyncIterator]();
  await reader.next();
  const next: Promise<IteratorResult<ModelEvent>> = reader.next();
  await until(() => clock.pending > 0);
  await clock.advance(limits.modelIdleMs - 1000);
  write('data: {"choices":[{"index":0,"delta":{"content":""}}]}\n\n');
  await new Promise(resolve => setTimeout(resolve, 20));

  await clock.advance(1000);

  expect(await next).toMatchObject({ value: { type: 'failed', failure: { kind: 'timeout', partialText: 'a' } } });
});

test('usage that follows the end is waited for, an end mark that never comes is not', async () => {
  const clock = createFakeClock();
  const server = await raw(response => {
    response.writeHead(200, eventStream);
    response.write(
      chatStream('fine').replace(
        'data: [DONE]\n\n',
        'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\n',
      ),
    );
  });
  const reader = modelsAt(server.url, { clock, limits: once }).stream(ask('hi'), never)[Symbol.asyncIterator]();
  const events = [(await reader.next()).value];
  const next = reader.next();
  await new Promise(resolve => setTimeout(resolve, 30));

  await clock.advance(limits.modelTailMs);
  events.push((await next).value);

  expect(answerOf(events).usage).toEqual({ inputTokens: 7, outputTokens: 2 });
});

test('a redirect to another place never carries the key', async () => {
  const other = await raw(response => response.writeHead(200, eventStream).end(chatStream('stolen')));
  const server = await raw(response => response.writeHead(307, { location: `${other.url}/v1/chat/completions` }).end());

  const events = await collect(modelsAt(server.url, { key: 'sk-secret' }).stream(ask('hi'), never));

  expect(failureOf(events).kind).toBe('bad-request');
  expect(failureOf(events).message).toContain('redirects to');
  expect(other.requests).toHaveLength(0);
});

test('a web page instead of a stream is told as a wrong base URL', async () => {
  const server = await raw(response =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
  );

  const events = await collect(modelsAt(server.url).stream(ask('hi'), never));

  expect(failureOf(events)).toMatchObject({ kind: 'bad-request' });
  expect(failureOf(events).message).toContain('Is the base URL right?');
});

test('the connection of one answer serves the next', async () => {
  const ports = new Set<number | undefined>();
  const server = await raw(response => {
    ports.add(response.socket?.remotePort);
    response.writeHead(200, eventStream).end(chatStream('fine'));
  });
  const models = modelsAt(server.url);

  for (let number = 0; number < 3; number += 1) {
    await collect(models.stream(ask('hi'), never));
    await new Promise(resolve => setImmediate(resolve));
  }

  expect(ports.size).toBe(1);
});
