import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { expectWithin } from '../fakes/pace.ts';
import { createMachine, type Ended, type MachineOptions, type RunningProgram } from '../fakes/run-program.ts';
import { latch } from '../fakes/script-model.ts';
import { openAt } from '../store/files.ts';

type Hold = NonNullable<MachineOptions['hold']>;

const usageFigures = z.looseObject({ input_tokens: z.number().optional(), output_tokens: z.number().optional() });
const resultSchema = z.looseObject({
  type: z.literal('result'),
  subtype: z.enum(['success', 'error_max_turns', 'error_max_budget', 'error_during_execution', 'error_children_cut']),
  is_error: z.boolean(),
  result: z.string(),
  errors: z.array(z.string()).optional(),
  session_id: z.string(),
  chat_id: z.string(),
  num_turns: z.number(),
  duration_ms: z.number(),
  duration_api_ms: z.number(),
  total_cost_usd: z.number().optional(),
  usage: usageFigures,
  tasks: z.array(
    z.looseObject({
      task_id: z.string(),
      status: z.string(),
      description: z.string(),
      subagent_type: z.string(),
      is_cut: z.boolean(),
    }),
  ),
  permission_denials: z.array(z.looseObject({ tool_name: z.string(), tool_use_id: z.string() })),
});
const lineSchema = z.looseObject({ type: z.string(), seq: z.number().optional(), data: z.looseObject({}).optional() });
type Line = z.infer<typeof lineSchema>;

function resultIn({ stdout }: Ended) {
  const lines = stdout.trimEnd().split('\n');
  return resultSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}

/** Every line of a stream; a line that is not JSON fails the test. */
function linesIn({ stdout }: Ended): Line[] {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => lineSchema.parse(JSON.parse(line)));
}

const userLine = (content: unknown) => `${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`;

const task = (name: string, prompt: string) =>
  `      - { tool: Task, input: { subagent_type: explore, description: ${name}, prompt: "${prompt}", run_in_background: true } }`;

/** Two background tasks. */
const twoTasks = `replies:
  - when: { agent: primary, contains: delegate, times: 1 }
    say: I send two.
    call:
${task('First errand', 'sub one')}
${task('Second errand', 'sub two')}
  - when: { agent: primary, from: tool }
    say: Both are at work.
  - when: { agent: primary, from: notification }
    say: 'Reports: {{report_count}}.'
  - when: { agent: explore, contains: one }
    say: One is done.
  - when: { agent: explore }
    say: Two is done.
`;

/** Answers no subagent before that. */
const holdTasks =
  (until: Promise<void>): Hold =>
  ({ messages: [first] }) =>
    first?.role === 'user' && first.text.startsWith('sub') ? until : undefined;

/** Answers the subagents when their parent has been told that both are at work; `isApart`: the second only when the end of the first has been told too. */
function holdTasksBehind({ isApart }: { isApart: boolean }): Hold {
  const [bothAtWork, firstTold] = [latch(), latch()];
  return ({ messages }) => {
    const [first, last] = [messages[0], messages.at(-1)];
    if (first?.role === 'user' && first.text.startsWith('sub'))
      return isApart && first.text === 'sub two' ? firstTold.promise : bothAtWork.promise;
    if (last?.role === 'tool') bothAtWork.open();
    if (last?.role === 'user' && last.text.includes('<task-notification')) firstTold.open();
    return undefined;
  };
}
const echo = `replies:
  - when: { from: user }
    say: 'Heard: {{input}}'
`;

async function pidIn(path: string): Promise<number> {
  const text = () => readFile(path, 'utf8').catch(() => '');
  await expect.poll(text).toMatch(/^\d+\n$/);
  return Number(await text());
}

async function timeToEnd({ child, ended }: RunningProgram, signal: NodeJS.Signals): Promise<number> {
  const begin = performance.now();
  child.kill(signal);
  await ended;
  return performance.now() - begin;
}

/** A process that has ended and that its new parent has not asked after yet is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout.trim());
}

describe('prompt and answer', () => {
  test('text holds the final answer and the end of the line, nothing else', async () => {
    const machine = await createMachine(echo);

    const ended = await machine.run(['-p', 'hello']);

    expect(ended).toMatchObject({ code: 0, stdout: 'Heard: hello\n', stderr: '' });
  });

  test('what is piped in follows the words of the command line after an empty line', async () => {
    const machine = await createMachine(echo);

    const both = await machine.run(['-p', 'review', 'this'], 'a diff\nof two lines\n');
    const piped = await machine.run(['-p'], 'only piped\n');

    expect(both.stdout).toBe('Heard: review this\n\na diff\nof two lines\n');
    expect(piped.stdout).toBe('Heard: only piped\n');
  });

  test('json is one object with usage, the chat and no cost that is not known', async () => {
    const machine = await createMachine(echo);

    const ended = await machine.run(['-p', '--output-format', 'json', 'hello']);

    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    const result = resultIn(ended);
    expect(result).toMatchObject({
      subtype: 'success',
      is_error: false,
      result: 'Heard: hello',
      num_turns: 1,
      tasks: [],
    });
    expect(result.usage.input_tokens).toBeGreaterThan(0);
    expect(result).not.toHaveProperty('total_cost_usd');
  });

  test('a chat is gone on with by --continue, by its id and by the end of its id', async () => {
    const machine = await createMachine(`replies:\n  - when: { from: user }\n    say: 'First was: {{prompt}}'\n`);
    const first = resultIn(await machine.run(['-p', '--output-format', 'json', 'alpha']));

    const byNewest = await machine.run(['-p', '-c', 'beta']);
    const byId = await machine.run(['-p', '--resume', first.chat_id, 'gamma']);
    const byEnd = await machine.run(['-p', '--chat', first.chat_id.slice(-8), 'delta']);

    for (const ended of [byNewest, byId, byEnd]) expect(ended).toMatchObject({ code: 0, stdout: 'First was: alpha\n' });
  });

  test('a tool that would have to be asked about is denied, the model is told, and the result lists it', async () => {
    const machine = await createMachine(`replies:
  - when: { from: user }
    say: I write.
    call: [{ tool: Write, input: { file_path: x.txt, content: hi } }]
  - when: { tool: Write }
    say: 'Told: {{result}}'
`);

    const ended = await machine.run(['-p', '--output-format', 'json', 'write it']);

    const result = resultIn(ended);
    expect(result.result).toMatch(/^Told: .*Denied:/);
    expect(result.permission_denials).toMatchObject([{ tool_name: 'Write', tool_input: { file_path: 'x.txt' } }]);
  });
});

describe('bad usage', () => {
  test.each([
    ['no prompt', ['-p'], 'there is no prompt'],
    ['an unknown chat', ['-p', '--resume', 'zzzzzzzz', 'x'], 'legwork chats list'],
    ['nothing to continue', ['-p', '-c', 'x'], 'leave out --continue'],
    ['an unknown model', ['-p', '-m', 'nobody/x', 'x'], 'unknown provider "nobody"'],
    ['a model without its key', ['-p', '-m', 'anthropic/claude-sonnet-4-5', 'x'], 'ANTHROPIC_API_KEY'],
    ['no steps', ['-p', '--max-turns', '0', 'x'], 'must be a whole number above 0'],
    ['an unknown flag', ['-p', '--nope', 'x'], '--nope'],
    ['an unknown format', ['-p', '--output-format', 'xml', 'x'], 'text, json, stream-json'],
    ['JSON lines in and text out', ['-p', '--input-format', 'stream-json'], '--output-format stream-json'],
    [
      'a budget of a model without a price',
      ['-p', '--max-budget-usd', '1', 'x'],
      'the price of openai-compatible/test is not known',
    ],
  ])('%s: exit 2, what would be right, nothing on stdout and no stack', async (_name, args, says) => {
    const machine = await createMachine(echo);

    const ended = await machine.run(args);

    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toContain('    at ');
    expect(machine.server.requests.filter(request => request.method === 'POST')).toHaveLength(0);
  });
});

describe('bounds', () => {
  const working = `replies:
  - when: { step: 3 }
    say: Done after all.
  - say: Looking.
    call: [{ tool: Glob, input: { pattern: "*.{{step}}" } }]
    usage: { input: 1000000, output: 0 }
`;

  test('--max-turns ends the run with exit code 4 and error_max_turns', async () => {
    const machine = await createMachine(working);

    const ended = await machine.run(['-p', '--max-turns', '2', '--output-format', 'json', 'go']);

    expect(ended.code).toBe(4);
    expect(resultIn(ended)).toMatchObject({
      subtype: 'error_max_turns',
      is_error: true,
      num_turns: 2,
      result: 'Looking.',
    });
  });

  test('--max-budget-usd ends the run with exit code 4, and the cost is told', async () => {
    const settings = { prices: { 'openai-compatible/test': { input: 1, output: 1 } } };
    const machine = await createMachine(working, { settings });

    const ended = await machine.run(['-p', '--max-budget-usd', '1.5', '--output-format', 'json', 'go']);

    expect(ended.code).toBe(4);
    expect(resultIn(ended)).toMatchObject({ subtype: 'error_max_budget', total_cost_usd: 2, num_turns: 2 });
  });
});

describe('what goes wrong', () => {
  test('R20 a key that is refused: exit 1, said plainly, no stack, nothing on stdout', async () => {
    const machine = await createMachine(echo, { key: 'right', env: { OPENAI_COMPATIBLE_API_KEY: 'wrong' } });

    const ended = await machine.run(['-p', 'hello']);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/key/i);
    expect(ended.stderr).not.toContain('    at ');
    expect(machine.server.requests).toHaveLength(1);
  });

  test.each([
    [
      'that is not there',
      undefined,
      /the playbook .*script\.yaml does not exist; give the path of a \.yaml file, or .* demo/,
    ],
    ['that is broken', 'name: x\nreplies: [{ when: { from: me } }]\n', /script\.yaml:2: replies\[0\]\.when\.from/],
  ])('a playbook %s: exit 2, what is wrong with it, no stack, nothing stored', async (_, text, said) => {
    const machine = await createMachine(echo);
    if (text !== undefined) await writeFile(join(machine.cwd, 'script.yaml'), text);

    const ended = await machine.run(['-p', '-m', 'playbook/script.yaml', 'hello']);
    const added = await machine.run(['tasks', 'add', '--model', 'playbook/script.yaml', 'hello']);
    const stored = [await machine.run(['chats', 'list', '--json']), await machine.run(['tasks', 'list', '--json'])];

    for (const refused of [ended, added]) {
      expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
      expect(refused.stderr).not.toContain('    at ');
    }
    expect(stored.map(({ stdout }) => stdout.trim())).toEqual(['[]', '[]']);
  });

  test.each([
    [['--chat', 'abcd', '--resume', 'efgh'], 'legwork: --resume and --chat name different chats; give one of them\n'],
    [
      ['-c', '--resume', 'efgh'],
      'legwork: --continue takes the newest chat, and "efgh" is named too; give one of them\n',
    ],
    [['--on-exit', 'park'], 'legwork: --on-exit is for conversations; with -p there is --background\n'],
    [['--bogus'], "legwork: unknown option '--bogus'\n(legwork --help shows what there is)\n"],
    [['--resume', 'x'], 'legwork: there is no chat "x"; `legwork chats list` shows what there is\n'],
  ])('%j is said to be wrong, with exit code 2', async (argv, said) => {
    const machine = await createMachine(echo);

    const ended = await machine.run(['-p', ...argv, 'hello']);

    expect(ended).toEqual({ code: 2, signal: null, stdout: '', stderr: said });
    expect(machine.server.requests).toHaveLength(0);
  });

  test('an endpoint that is down: exit 1 and where nothing answers; the result still comes as JSON', async () => {
    const machine = await createMachine(echo);
    await machine.server.stop();

    const ended = await machine.run(['-p', '--output-format', 'json', 'hello']);

    expect(ended.code).toBe(1);
    expect(resultIn(ended)).toMatchObject({ subtype: 'error_during_execution', is_error: true });
    expect(ended.stderr).toContain(`127.0.0.1:${machine.server.port}`);
  });

  test('R20 a wait before a retry is told on stderr, with its reason', async () => {
    const machine = await createMachine(
      `replies:\n  - say: After all.\n    fault: { status: 429, retry_after: 1, times: 1 }\n`,
    );

    const ended = await machine.run(['-p', '--verbose', 'hello']);

    expect(ended).toMatchObject({ code: 0, stdout: 'After all.\n' });
    expect(ended.stderr).toMatch(/attempt 2 in \d.* s: .*429/);
  });
});

describe('S39 background tasks', () => {
  test('S39 steer: each end starts a turn, and the run is over when nothing is owed', async () => {
    const machine = await createMachine(twoTasks, { hold: holdTasksBehind({ isApart: true }) });

    const ended = await machine.run(['-p', '--output-format', 'json', 'delegate']);

    expect(ended.code).toBe(0);
    const result = resultIn(ended);
    expect(result).toMatchObject({ subtype: 'success', result: 'Reports: 2.', num_turns: 4 });
    expect(result.tasks.map(({ status, report }) => [status, report])).toEqual([
      ['completed', 'One is done.'],
      ['completed', 'Two is done.'],
    ]);
  });

  test('S39 drain: the ends come together in one last turn', async () => {
    const machine = await createMachine(twoTasks, { hold: holdTasksBehind({ isApart: false }) });

    const ended = await machine.run(['-p', '--background', 'drain', '--output-format', 'json', 'delegate']);

    expect(ended.code).toBe(0);
    expect(resultIn(ended)).toMatchObject({ result: 'Reports: 2.', num_turns: 3 });
  });

  test('S39 exit: tasks that did not end are stopped, listed as cut, and the exit code is 3', async () => {
    const machine = await createMachine(twoTasks, { hold: holdTasks(latch().promise) });

    const ended = await machine.run(['-p', '--background', 'exit', '--output-format', 'json', 'delegate']);

    expect(ended.code).toBe(3);
    const result = resultIn(ended);
    expect(result).toMatchObject({ subtype: 'error_children_cut', is_error: true, result: 'Both are at work.' });
    expect(result.tasks.map(({ status, is_cut }) => [status, is_cut])).toEqual([
      ['stopped', true],
      ['stopped', true],
    ]);
    expect(ended.stderr).toContain('First errand');
  });

  test('S39 exit: without a task that was cut the run is a success', async () => {
    const machine = await createMachine(echo);

    const ended = await machine.run(['-p', '--background', 'exit', 'hello']);

    expect(ended).toMatchObject({ code: 0, stdout: 'Heard: hello\n' });
  });

  test('S39 detach: the tasks are handed to a worker, which finishes them after the run', async () => {
    const hold = latch();
    const machine = await createMachine(twoTasks, { hold: holdTasks(hold.promise) });

    const ended = await machine.run(['-p', '--background', 'detach', '--output-format', 'json', 'delegate']);
    hold.open();
    const ids = resultIn(ended).tasks.map(({ task_id: id }) => id);
    const wait = await machine.run(['tasks', 'wait', ...ids]);

    expect(ended.code).toBe(0);
    expect(wait.code).toBe(0);
    expect(resultIn(ended).tasks.map(({ status, is_cut }) => [status, is_cut])).toEqual([
      ['running', false],
      ['running', false],
    ]);
  });
});

describe('S40 stream-json', () => {
  test('S40 stdout holds JSON lines only; every event of a task has its task_id, conversation has none, seq has no gap', async () => {
    const machine = await createMachine(twoTasks, { hold: holdTasksBehind({ isApart: false }) });

    const ended = await machine.run(['-p', '--output-format', 'stream-json', '--include-partial-messages', 'delegate']);

    expect(ended.code).toBe(0);
    const lines = linesIn(ended);
    expect(lines[0]).toMatchObject({
      type: 'system',
      subtype: 'init',
      model: 'openai-compatible/test',
      permissionMode: 'default',
    });
    const result = resultSchema.parse(lines.at(-1));
    const seqs = lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect([...new Set(seqs)]).toEqual(Array.from({ length: seqs.at(-1) ?? 0 }, (_, index) => index + 1));
    for (const { task_id: id } of result.tasks) {
      const own = lines.filter(line => line.data?.task_id === id);
      const states = own.filter(line => line.type === 'status').map(line => line.data?.status);
      expect(states).toEqual(['queued', 'starting', 'executing', 'turn_started', 'turn_ended', 'completed']);
      expect(own.find(line => line.type === 'message')?.data).toMatchObject({ role: 'instruction' });
    }
    const conversation = lines.filter(line => line.type === 'assistant' && line.parent_tool_use_id === null);
    expect(conversation.length).toBeGreaterThanOrEqual(3);
    for (const line of conversation) expect(line).not.toHaveProperty('task_id');
  });

  test('S40 messages have the blocks that such clients know, and a subagent names the call that spawned it', async () => {
    const machine = await createMachine(twoTasks, { hold: holdTasksBehind({ isApart: false }) });

    const ended = await machine.run(['-p', '--output-format', 'stream-json', 'delegate']);

    const lines = linesIn(ended);
    const [first] = lines.filter(line => line.type === 'assistant');
    expect(first).toMatchObject({
      message: {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I send two.' },
          { type: 'tool_use', name: 'Task' },
          { type: 'tool_use', name: 'Task' },
        ],
      },
      parent_tool_use_id: null,
    });
    const calls = z
      .looseObject({ message: z.looseObject({ content: z.array(z.looseObject({ id: z.string().optional() })) }) })
      .parse(first);
    const callId = calls.message.content[1]?.id;
    expect(lines).toContainEqual(expect.objectContaining({ type: 'assistant', parent_tool_use_id: callId }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        type: 'user',
        message: { role: 'user', content: [expect.objectContaining({ type: 'tool_result', tool_use_id: callId })] },
      }),
    );
  });

  test('text as it streams adds up to the message, and only when it is asked for', async () => {
    const machine = await createMachine(
      `replies:\n  - say: 'A sentence that is streamed in several chunks, one after the other.'\n`,
    );

    const without = linesIn(await machine.run(['-p', '--output-format', 'stream-json', 'x']));
    const partial = linesIn(
      await machine.run(['-p', '--output-format', 'stream-json', '--include-partial-messages', 'x']),
    );

    expect(without.filter(line => line.type === 'stream_event')).toHaveLength(0);
    const schema = z.looseObject({
      event: z.looseObject({ type: z.string(), delta: z.looseObject({ text: z.string() }).optional() }),
    });
    const events = partial.filter(line => line.type === 'stream_event').map(line => schema.parse(line).event);
    expect(events.map(event => event.delta?.text ?? '').join('')).toBe(
      'A sentence that is streamed in several chunks, one after the other.',
    );
    expect(events.at(0)?.type).toBe('message_start');
    expect(events.at(-1)?.type).toBe('message_stop');
  });
});

describe('a client on standard input', () => {
  const stream = ['-p', '--input-format', 'stream-json', '--output-format', 'stream-json'];
  const send = ({ child }: RunningProgram, line: object) => child.stdin.write(`${JSON.stringify(line)}\n`);

  test('each message is answered by a result; the run ends with its input', async () => {
    const machine = await createMachine(echo);
    const program = machine.start(stream);

    program.child.stdin.write(userLine('one'));
    await program.sees('stdout', '"result":"Heard: one"');
    program.child.stdin.end(userLine([{ type: 'text', text: 'two' }]));
    const ended = await program.ended;

    expect(ended.code).toBe(0);
    const results = linesIn(ended).filter(line => line.type === 'result');
    expect(results.map(line => line.result)).toEqual(['Heard: one', 'Heard: two']);
    expect(linesIn(ended)).toContainEqual(
      expect.objectContaining({ type: 'system', subtype: 'chat_renamed', title: 'one' }),
    );
  });

  test('bad lines are answered by an error with number and remedy, the others are done, and the exit code is 2', async () => {
    const machine = await createMachine(echo);

    const ended = await machine.run(stream, `nonsense\n{"type":"user"}\n${userLine('fine')}{"type":"other"}\n`);

    expect(ended.code).toBe(2);
    const lines = linesIn(ended);
    expect(lines.filter(line => line.type === 'error').map(line => line.data?.line)).toEqual([1, 2, 4]);
    expect(lines.find(line => line.type === 'error')?.data?.text).toContain('{"type":"user"');
    expect(resultIn(ended)).toMatchObject({ subtype: 'success', result: 'Heard: fine' });
  });

  test('an input that is empty ends quietly', async () => {
    const machine = await createMachine(echo);

    const ended = await machine.run(stream, '');

    expect(ended.code).toBe(0);
    expect(resultIn(ended)).toMatchObject({ subtype: 'success', num_turns: 0 });
  });

  test('a tool that must be asked about becomes a can_use_tool request, and its answer counts', async () => {
    const machine = await createMachine(`replies:
  - when: { tool: Write }
    say: 'It said: {{result}}'
  - call: [{ tool: Write, input: { file_path: x.txt, content: hi } }]
`);
    const program = machine.start(stream);
    let stdout = '';
    program.child.stdout.on('data', (chunk: string) => {
      stdout += chunk;
      const ask = stdout.split('\n').find(line => line.startsWith('{"type":"control_request"'));
      if (!ask || program.child.stdin.writableEnded) return;
      const { request_id } = z.looseObject({ request_id: z.string() }).parse(JSON.parse(ask));
      send(program, {
        type: 'control_response',
        response: {
          subtype: 'success',
          request_id,
          response: { behavior: 'allow', updatedInput: { content: 'hi', file_path: 'x.txt' } },
        },
      });
      program.child.stdin.end();
    });

    program.child.stdin.write(userLine('write it'));
    const ended = await program.ended;

    expect(ended.code).toBe(0);
    expect(resultIn(ended)).toMatchObject({ subtype: 'success', permission_denials: [] });
    expect(resultIn(ended).result).toContain('It said:');
  });

  test('control requests: initialize, a permission mode, an interruption, and what is not known', async () => {
    const machine = await createMachine(`replies:\n  - say: Late.\n    delay_ms: 600000\n`);
    const program = machine.start(stream);

    send(program, { type: 'control_request', request_id: 'a', request: { subtype: 'initialize' } });
    send(program, {
      type: 'control_request',
      request_id: 'b',
      request: { subtype: 'set_permission_mode', mode: 'plan' },
    });
    send(program, { type: 'control_request', request_id: 'c', request: { subtype: 'juggle' } });
    program.child.stdin.write(userLine('go'));
    await program.sees('stdout', '"isReplay":true');
    send(program, { type: 'control_request', request_id: 'd', request: { subtype: 'interrupt' } });
    await program.sees('stdout', '"type":"result"');
    program.child.stdin.end();
    const ended = await program.ended;

    const responses = linesIn(ended).filter(line => line.type === 'control_response');
    expect(responses.map(line => line.response)).toMatchObject([
      { subtype: 'success', request_id: 'a' },
      { subtype: 'success', request_id: 'b', response: { mode: 'plan' } },
      { subtype: 'error', request_id: 'c', error: expect.stringContaining('not supported') },
      { subtype: 'success', request_id: 'd' },
    ]);
    expect(resultIn(ended)).toMatchObject({ subtype: 'error_during_execution' });
    expect(ended.code).toBe(1);
  });

  test('the result of an input that is interrupted is what was said to it, and not the answer to an earlier one', async () => {
    const machine = await createMachine(`replies:
  - when: { contains: first }
    say: An early answer.
  - say: A late answer that never ends.
    chunk_chars: 7
    chunk_delay_ms: 1500
`);
    const program = machine.start([...stream, '--include-partial-messages']);
    program.child.stdin.write(userLine('first'));
    await program.sees('stdout', '"type":"result"');

    program.child.stdin.write(userLine('second'));
    await program.sees('stdout', '"text":"A late "');
    send(program, { type: 'control_request', request_id: 'a', request: { subtype: 'interrupt' } });
    await program.sees('stdout', '"subtype":"error_during_execution"');
    program.child.stdin.end();
    const ended = await program.ended;

    const results = linesIn(ended).filter(line => line.type === 'result');
    expect(results.map(line => line.result)).toEqual(['An early answer.', expect.stringMatching(/^A late (?!.*ends)/)]);
    expect(ended.stdout).not.toContain('[object');
  });
});

describe('R17 signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'R17 %s: the turn and its tasks are put back within 2 s, the result is written, and the next run goes on',
    async (name, code) => {
      const hold = latch();
      const machine = await createMachine(twoTasks, { hold: holdTasks(hold.promise) });
      const program = machine.start(['-p', '--verbose', '--output-format', 'json', 'delegate'], '');
      await program.sees('stderr', '[Second errand] started');

      await expectWithin(2_000, () => timeToEnd(program, name));
      const ended = await program.ended;
      hold.open();
      const next = await machine.run(['-p', '-c', '--output-format', 'json']);

      expect(ended.code).toBe(code);
      expect(resultIn(ended)).toMatchObject({ subtype: 'error_during_execution', is_error: true });
      expect(ended.stderr).toContain('go on with: legwork');
      expect(next.code).toBe(0);
      expect(resultIn(next)).toMatchObject({ subtype: 'success', result: 'Reports: 2.' });
    },
  );

  test('R17 a signal while the prompt is still being read: nothing is stored, exit 130', async () => {
    const machine = await createMachine(echo);
    const program = machine.start(['-p']);
    program.child.stdin.write('half a prompt');
    await expect.poll(() => existsSync(join(machine.home, 'state', 'legwork.db'))).toBe(true);

    program.child.kill('SIGINT');
    const ended = await program.ended;
    const chats = await machine.run(['chats', 'list', '--json']);

    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(JSON.parse(chats.stdout)).toEqual([]);
  });

  test('R17 a command that ignores TERM does not outlive the program', async () => {
    const machine = await createMachine(`replies:
  - when: { from: user }
    call: [{ tool: Bash, input: { command: "trap '' TERM; echo $$ > pid; while :; do sleep 1; done", description: stay } }]
`);
    const program = machine.start(['-p', '--verbose', '--dangerously-skip-permissions', 'go'], '');
    await program.sees('stderr', 'Bash(');

    const pid = await pidIn(join(machine.cwd, 'pid'));
    await expectWithin(2_000, () => timeToEnd(program, 'SIGTERM'));
    const ended = await program.ended;

    expect(ended.code).toBe(143);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe('R19 readers', () => {
  test('R19 a reader that goes away after the first line: quiet, and the state is saved', async () => {
    const machine = await createMachine(twoTasks);
    const program = machine.start(['-p', '--output-format', 'stream-json', 'delegate'], '');

    await program.sees('stdout', '\n');
    program.child.stdout.destroy();
    const ended = await program.ended;
    const next = await machine.run(['-p', '-c', '--output-format', 'json']);

    expect([0, 141]).toContain(ended.code);
    expect(ended.stderr).toBe('');
    expect(resultIn(next)).toMatchObject({ subtype: 'success' });
  });

  test('R19 a reader that is slow gets every byte', async () => {
    const machine = await createMachine(echo);
    const long = 'y'.repeat(1_000_000);
    const program = machine.start(['-p'], long);
    program.child.stdout.pause();

    await new Promise<void>(resolve => program.child.stdout.once('readable', resolve));
    program.child.stdout.resume();
    const ended = await program.ended;

    expect(ended.code).toBe(0);
    expect(ended.stdout).toBe(`Heard: ${long}\n`);
  });
});

test('a chat that another process drives: the input goes to its inbox, and the run ends when it was answered', async () => {
  const hold = latch();
  const machine = await createMachine(
    `replies:
  - when: { contains: first, times: 1 }
    say: Slow answer.
  - when: { from: user }
    say: 'Heard: {{input}}'
`,
    { hold: () => hold.promise },
  );
  const driver = machine.start(['-p', '--output-format', 'stream-json', 'first'], '');
  await driver.sees('stdout', '"isReplay":true');

  const viewing = machine.run(['-p', '-c', 'second']);
  const store = await openAt(join(machine.home, 'state', 'legwork.db'));
  const [chat] = await store.chats({ limit: 1 });
  const waiting = async () => (chat ? await store.pending(chat.id, 'main') : []).map(row => row.text);
  await expect.poll(waiting).toEqual(['second']);
  await store.close();
  hold.open();
  const viewer = await viewing;
  const driven = await driver.ended;

  expect(viewer).toMatchObject({ code: 0, stdout: 'Heard: second\n' });
  expect(driven.code).toBe(0);
  expect(linesIn(driven).filter(line => line.type === 'user')).toHaveLength(2);
});
