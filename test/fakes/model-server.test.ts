import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { answered, askClient, clientOf, protocolNames, userPrompt } from './model-server/clients.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  type RecordedRequest,
  startModelServer,
} from './model-server/server.ts';
import { temporaryDirectory } from './workspace.ts';

const running: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.stop()));
});

async function serve(replies: string, options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = await startModelServer({ playbook: `name: test\nreplies:\n${replies}`, ...options });
  running.push(server);
  return server;
}

const paths = {
  'chat-completions': '/v1/chat/completions',
  responses: '/v1/responses',
  anthropic: '/v1/messages',
  google: '/v1beta/models/m:streamGenerateContent',
} as const;

type Name = keyof typeof paths;
type Plain = { role: 'user' | 'assistant'; text: string };

function bodyOf(name: Name, messages: readonly Plain[]): object {
  const plain = messages.map(({ role, text }) => ({ role, content: text }));
  if (name === 'responses') return { model: 'm', stream: true, input: plain };
  if (name === 'anthropic') return { model: 'm', stream: true, max_tokens: 100, messages: plain };
  if (name === 'chat-completions') return { model: 'm', stream: true, messages: plain };
  return {
    contents: messages.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] })),
  };
}

const ending = ({ protocol, outcome }: RecordedRequest) => `${protocol} ${outcome}`;

const post = (server: ModelServer, name: Name, body: object, signal?: AbortSignal) =>
  fetch(server.url + paths[name], { method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}) });

const ask = (server: ModelServer, name: Name, signal?: AbortSignal) =>
  post(server, name, bodyOf(name, [{ role: 'user', text: 'hi' }]), signal);

/** All that came until the end, a reset, or the timeout. */
async function readAll(response: Response): Promise<{ text: string; isCharacterSplit: boolean; broke: boolean }> {
  const pieces: Uint8Array[] = [];
  let broke = false;
  try {
    for await (const piece of response.body ?? []) pieces.push(piece);
  } catch {
    broke = true;
  }
  return {
    text: Buffer.concat(pieces).toString(),
    isCharacterSplit: pieces.some(piece => ((piece[0] ?? 0) & 0xc0) === 0x80),
    broke,
  };
}

describe.each(protocolNames)('%s', name => {
  test('text, thinking, parallel calls and usage make the round trip, and their results come back', async () => {
    const server = await serve(
      `  - when: { tool: Read }
    say: "{{results.Glob}} + {{result}}"
    usage: { input: 100, output: 20, cache_read: 40 }
  - think: Two things to look at.
    say: I look, äöü 🙂.
    call:
      - { tool: Glob, input: { pattern: "**/*.ts of a longer pattern" } }
      - { tool: Read, input: { file_path: /x, limit: 3 } }
`,
      { strict: true, key: 'key' },
    );
    const client = clientOf(name, server.url);

    const first = await askClient(client, userPrompt('hi'));
    const second = await askClient(
      client,
      answered(userPrompt('hi'), first, tool => `result of ${tool}`),
    );

    expect(first).toMatchObject({
      text: 'I look, äöü 🙂.',
      thinking: 'Two things to look at.',
      finish: 'tool-calls',
      errors: [],
    });
    expect(first.calls.map(({ toolName, input }) => [toolName, JSON.parse(input)])).toEqual([
      ['Glob', { pattern: '**/*.ts of a longer pattern' }],
      ['Read', { file_path: '/x', limit: 3 }],
    ]);
    expect(second).toMatchObject({
      text: 'result of Glob + result of Read',
      finish: 'stop',
      usage: { input: 100, cached: 40, output: 20 },
    });
    expect(server.requests.map(ending)).toEqual([`${name} 200`, `${name} 200`]);
    expect(server.requests[1]?.request?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
    ]);
  });

  test('without streaming the same answer comes as one body', async () => {
    const server = await serve('  - think: Hm.\n    say: whole\n    call: [{ tool: Glob, input: { n: 1 } }]\n');

    const got = await clientOf(name, server.url).doGenerate({ prompt: userPrompt('hi') });

    expect(got.content.map(part => part.type)).toEqual(['reasoning', 'text', 'tool-call']);
    expect(got.finishReason.unified).toBe('tool-calls');
  });

  test.each([
    ['length', 'length'],
    ['refused', 'content-filter'],
  ])('the stop reason %s is told as the protocol tells it', async (stop, unified) => {
    const server = await serve(`  - say: part\n    stop: ${stop}\n`);

    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));

    expect(got).toMatchObject({ text: 'part', finish: unified });
  });

  test('R23 a strict server refuses what is not paired, empty, or in the wrong order', async () => {
    const server = await serve('  - say: fine\n', { strict: true });
    const ok: Plain = { role: 'user', text: 'hi' };
    const bad: Plain[][] = [
      [],
      [{ role: 'assistant', text: 'x' }, ok],
      [ok, { role: 'assistant', text: 'x' }],
      [{ role: 'user', text: ' ' }],
    ];

    const answers = await Promise.all([[ok], ...bad].map(messages => post(server, name, bodyOf(name, messages))));
    const client = clientOf(name, server.url);
    const calls = [{ toolCallId: 'c9', toolName: 'Glob', input: '{}' }];
    const paired = answered(userPrompt('hi'), { text: 'x', thinking: '', calls, errors: [] }, () => 'r');
    const unpaired = await askClient(client, [...paired.slice(0, 2), ...userPrompt('and?')]);
    const sound = await askClient(client, paired);

    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400]);
    expect(unpaired.thrown).toContain('without a result');
    expect(sound.text).toBe('fine');
  });

  test('a missing or wrong key is refused when the server has one', async () => {
    const server = await serve('  - say: fine\n', { key: 'right' });

    const answers = [await ask(server, name)].map(({ status }) => status);
    const wrong = await askClient(clientOf(name, server.url, 'wrong'), userPrompt('hi'));
    const right = await askClient(clientOf(name, server.url, 'right'), userPrompt('hi'));

    expect(answers).toEqual([401]);
    expect(wrong.thrown).toContain('The API key is missing or wrong');
    expect(right.text).toBe('fine');
  });

  test.each([400, 401, 402, 403, 404, 408, 429, 500, 502, 503, 529])(
    'R20 status %d comes in the form of the protocol, with retry-after',
    async status => {
      const server = await serve(`  - fault: { status: ${status}, retry_after: 7, message: no luck }\n`);

      const response = await ask(server, name);

      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe('7');
      expect(await response.json()).toMatchObject({ error: { message: 'no luck' } });
    },
  );

  test('R20 a fault with `times` passes', async () => {
    const server = await serve('  - say: through\n    fault: { status: 529, times: 2 }\n');

    const statuses = [await ask(server, name), await ask(server, name), await ask(server, name)].map(
      ({ status }) => status,
    );

    expect(statuses).toEqual([529, 529, 200]);
  });

  test('R24 overflow is told in the words of the protocol', async () => {
    const server = await serve('  - fault: overflow\n');
    const words = {
      'chat-completions': 'context_length_exceeded',
      responses: 'context_length_exceeded',
      anthropic: 'prompt is too long',
      google: 'input token count',
    };

    const response = await ask(server, name);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words[name]);
  });

  test('R21 reset before the answer, and after so many chunks with these delivered', async () => {
    const before = await serve('  - fault: reset_before\n');
    const after = await serve('  - say: abcdefghijkl\n    chunk_chars: 4\n    fault: { reset_after: 2 }\n');

    const nothing = await ask(before, name).then(
      () => 'answered',
      error => error.cause.code,
    );
    const some = await readAll(await ask(after, name));

    expect(nothing).toBe('ECONNRESET');
    expect(some.broke).toBe(true);
    expect(some.text).not.toContain('ijkl');
    expect(before.requests[0]?.outcome).toBe('aborted');
  });

  test.each(['silence', 'silence_with_keepalives'])(
    'R21 %s keeps the connection open until the client goes',
    async fault => {
      const server = await serve(`  - say: abcdefgh\n    chunk_chars: 4\n    fault: { ${fault}: 1 }\n`);

      const stop = new AbortController();
      const response = await ask(server, name, stop.signal);
      setTimeout(() => stop.abort(), 500);
      const got = await readAll(response);

      expect(response.status).toBe(200);
      expect(got.broke).toBe(true);
      expect(got.text).not.toContain('efgh');
      expect(/keep-alive|"ping"\}\n\nevent: ping\ndata: \{"type":"ping"\}/.test(got.text)).toBe(fault !== 'silence');
    },
  );

  test('R21 an error can come in the middle of the stream, in the form of the protocol', async () => {
    const server = await serve(
      '  - say: abcdefgh\n    chunk_chars: 4\n    fault: { error_after: 3, message: too busy }\n',
    );

    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));

    expect([...got.errors, got.thrown ?? ''].join()).toContain('too busy');
    expect(got.finish).not.toBe('stop');
  });

  test('R22 split at every byte, nothing is lost', async () => {
    const server = await serve('  - say: "aä🙂"\n    fault: split_bytes\n');

    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));
    const raw = await readAll(await ask(server, name));

    expect(got).toMatchObject({ text: 'aä🙂', finish: 'stop', errors: [] });
    expect(raw.isCharacterSplit).toBe(true);
  });

  test.each([
    ['crlf', /^(?:[^\r\n]*\r\n)+$/],
    ['cr', /^(?:[^\r\n]*\r)+$/],
  ])('R22 lines can end in %s', async (style, form) => {
    const server = await serve(`  - say: hello\n    fault: { line_ends: ${style} }\n`);

    const raw = await readAll(await ask(server, name));
    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));

    expect(raw.text).toMatch(form);
    expect(got.text).toBe('hello');
  });

  test('R22 line ends can be mixed, and are still those of separate events', async () => {
    const server = await serve('  - say: hello there you all\n    chunk_chars: 3\n    fault: { line_ends: mixed }\n');

    const raw = await readAll(await ask(server, name));
    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));

    expect([/[^\r\n]\r\n\r\n/, /[^\r\n]\n\n/, /[^\r\n]\r\r[^\r\n]/].map(form => form.test(raw.text))).toEqual([
      true,
      true,
      true,
    ]);
    expect(got.text).toBe('hello there you all');
  });

  test('R22 blank lines can be missing, JSON broken, events unknown', async () => {
    const glued = await readAll(await ask(await serve('  - say: hello\n    fault: missing_blank_lines\n'), name));
    const broken = await readAll(await ask(await serve('  - say: hello\n    fault: invalid_json\n'), name));
    const unknown = await serve('  - say: hello\n    fault: unknown_events\n');
    const got = await askClient(clientOf(name, unknown.url), userPrompt('hi'));

    expect(glued.text).not.toContain('\n\n');
    expect(broken.text).toContain('data: {"broken": [1, 2\n\n');
    expect(got.text).toBe('hello');
  });

  test('R22 a line can be huge without costing the server memory', async () => {
    const server = await serve('  - say: hello\n    fault: { huge_line: 20000000 }\n');
    let longest = 0;
    let line = 0;

    const response = await ask(server, name);
    for await (const piece of response.body ?? []) {
      const end = piece.lastIndexOf(10);
      line = end < 0 ? line + piece.length : piece.length - end;
      longest = Math.max(longest, line);
    }

    expect(longest).toBeGreaterThan(19_000_000);
  });

  test('R22 the stop can be missing or come twice', async () => {
    const marks = {
      'chat-completions': /\[DONE\]/g,
      responses: /event: response\.completed/g,
      anthropic: /event: message_stop/g,
      google: /"finishReason"/g,
    };

    const none = await readAll(await ask(await serve('  - say: hello\n    fault: no_stop\n'), name));
    const two = await readAll(await ask(await serve('  - say: hello\n    fault: two_stops\n'), name));

    expect(none.text.match(marks[name])).toBeNull();
    expect(two.text.match(marks[name])).toHaveLength(2);
  });

  test('R23 200 calls in a step all arrive, in order, with ids of their own', async () => {
    const calls = Array.from({ length: 200 }, (_, index) => `{ tool: Glob, input: { n: ${index} } }`);
    const server = await serve(`  - call: [${calls.join(', ')}]\n`);

    const got = await askClient(clientOf(name, server.url), userPrompt('hi'));

    expect(got.calls.map(({ input }) => JSON.parse(input).n)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(new Set(got.calls.map(({ toolCallId }) => toolCallId)).size).toBe(200);
    expect(server.requests[0]?.line).toBe(3);
  });

  test('R21 R23 the input of a call can be cut, and two calls can have one id', async () => {
    const calls = 'call: [{ tool: Glob, input: { pattern: abc } }, { tool: Read, input: { file_path: /a/long/path } }]';
    const cut = await serve(`  - ${calls}\n    fault: incomplete_call\n`);
    const twins = await serve(`  - ${calls}\n    fault: duplicate_call_ids\n`);

    const broken = await askClient(clientOf(name, cut.url), userPrompt('hi'));
    const raw = await readAll(await ask(twins, name));

    const last = broken.calls.at(-1);
    expect(last?.toolName === 'Read' ? last.input : '').not.toContain('path"}');
    expect(new Set(raw.text.match(/call_[0-9a-f]{16}_\d/g)).size).toBe(1);
  });
});

test('R21 `refuse` with milliseconds: nothing listens for that long, then it does', async () => {
  const server = await serve('  - say: back\n    fault: { refuse: 2000, times: 1 }\n');
  const codes: string[] = [];

  while (codes.at(-1) !== '200') {
    codes.push(
      await ask(server, 'anthropic').then(
        ({ status }) => String(status),
        error => error.cause.code,
      ),
    );
    await new Promise(resolve => setTimeout(resolve, 10));
  }

  expect(codes[0]).toBe('ECONNRESET');
  expect(codes).toContain('ECONNREFUSED');
  expect(codes.at(-1)).toBe('200');
});

test('the agent that asks comes from the header, and every answer has ids of its own', async () => {
  const server = await serve('  - when: { agent: explore }\n    call: [{ tool: Glob }]\n  - say: nobody\n');
  const headers = { 'x-legwork-agent': 'explore' };
  const body = JSON.stringify(bodyOf('chat-completions', [{ role: 'user', text: 'hi' }]));

  const texts = await Promise.all(
    [1, 2].map(async () =>
      (await fetch(server.url + paths['chat-completions'], { method: 'POST', body, headers })).text(),
    ),
  );

  const ids = texts.map(text => /call_[0-9a-f]{16}_\d/.exec(text)?.[0]);
  expect(ids.every(id => id !== undefined)).toBe(true);
  expect(new Set(ids).size).toBe(2);
});

test('models are listed, unknown paths are 404, a body that is none is 400', async () => {
  const server = await serve('  - say: hi\n');

  const models = await (await fetch(`${server.url}/v1/models`)).json();
  const lost = await fetch(`${server.url}/v1/nothing`, { method: 'POST' });
  const empty = await post(server, 'anthropic', { model: 'm' });

  expect(models).toMatchObject({ object: 'list', data: [{ id: 'test' }] });
  expect([lost.status, empty.status]).toEqual([404, 400]);
});

test('1,000 streams at the same time are all answered, with a delay each', async () => {
  const server = await serve('  - say: hello\n    delay_ms: 100\n', { record: false });

  const texts = await Promise.all(
    Array.from({ length: 1000 }, async () => (await ask(server, 'chat-completions')).text()),
  );

  expect(texts.every(text => text.includes('hello') && text.endsWith('data: [DONE]\n\n'))).toBe(true);
  expect(server.requests).toHaveLength(0);
});

test('as a program it prints its URL and ends on TERM; a bad playbook is exit 2 with the line', async () => {
  const directory = await temporaryDirectory();
  const main = fileURLToPath(new URL('./model-server/main.ts', import.meta.url));
  await writeFile(join(directory, 'good.yaml'), 'name: good\nreplies: [{ say: hi }]\n');
  await writeFile(join(directory, 'bad.yaml'), 'name: bad\nreplies: [{ sya: hi }]\n');

  const good = spawn(process.execPath, [main, join(directory, 'good.yaml')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(good.stdout, 'data');
  const answer = await (await fetch(`${String(line).trim()}/v1/models`)).json();
  good.kill('SIGTERM');
  const [goodCode] = await once(good, 'exit');
  const bad = spawn(process.execPath, [main, join(directory, 'bad.yaml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [[message], [badCode]] = await Promise.all([once(bad.stderr, 'data'), once(bad, 'exit')]);

  expect(answer).toMatchObject({ data: [{ id: 'good' }] });
  expect([goodCode, badCode]).toEqual([0, 2]);
  expect(String(message)).toContain('bad.yaml:2: replies[0]: unknown key "sya"');
});
