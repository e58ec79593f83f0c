import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine } from '../fakes/run-program.ts';

const replies = `replies:
  - when: { agent: primary, from: user, contains: delegate, times: 1 }
    call:
      - tool: Task
        input: { subagent_type: general-purpose, description: The errand, prompt: sub work, run_in_background: true }
  - when: { agent: primary, from: user, contains: run it, times: 1 }
    call: [{ tool: Bash, input: { command: "echo main >> ran.txt; touch begun; sleep 60" } }]
  - when: { agent: primary, tool: Task }
    say: It is at work.
  - when: { agent: primary, contains: "Interrupted, outcome unknown" }
    say: I was told that it is unknown.
  - when: { agent: primary, from: notification }
    say: 'Told: {{notifications}}'
  - when: { agent: explore, step: 1 }
    call: [{ tool: Bash, input: { command: "echo first >> ran.txt" } }]
  - when: { agent: explore, step: 2 }
    call:
      - { tool: Bash, input: { command: "echo second >> ran.txt; touch begun; sleep 60" } }
      - { tool: Read, input: { file_path: ran.txt } }
  - when: { agent: explore, contains: "Interrupted, outcome unknown" }
    say: It is unknown.
default: { say: 'heard: {{input}}{{result}}' }
`;
const bypass = ['--permission-mode', 'bypass'];
const inFlight = 'Bash(echo second >> ran.txt; touch begun; sleep 60) was in flight, its outcome is unknown';

/** The program in the middle of a command, and then killed. */
async function killedInACommand(prompt: string, settings: object = {}): Promise<Machine> {
  const machine = await createMachine(replies, { settings });
  const { child, ended } = machine.start(['-p', ...bypass, prompt], '');
  await expect.poll(() => existsSync(join(machine.cwd, 'begun'))).toBe(true);
  child.kill('SIGKILL');
  await ended;
  return machine;
}

const lines = (text: string) => text.trim().split('\n');
const json = async (machine: Machine, ...args: string[]) => JSON.parse((await machine.run([...args, '--json'])).stdout);
/** How often each step of a lane was asked for: by agent and length of the conversation. */
const asked = ({ server }: Machine) => {
  const counts: Record<string, number> = {};
  for (const { request } of server.requests) {
    const key = `${request?.agent} ${request?.messages.filter(({ role }) => role === 'assistant').length}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

/** Each of these starts the program several times, and machines that are busy take seconds for that. */
const timeout = 60_000;

describe('S16 after a kill -9 in the middle of a command', { timeout }, () => {
  test('S16 a task goes on: nothing is asked or run twice, the model is told, and the next start says so', async () => {
    const machine = await killedInACommand('delegate');

    const next = await machine.run(['-p', '-c', ...bypass]);

    expect(next).toMatchObject({ code: 0, stdout: 'Told: It is unknown.\n' });
    expect(lines(next.stderr)[0]).toMatch(/^legwork: After a crash: 1 task resumed; /);
    expect(next.stderr).toContain(`${inFlight}: the agent is told and decides`);
    expect(await readFile(join(machine.cwd, 'ran.txt'), 'utf8')).toBe('first\nsecond\n');
    expect(asked(machine)).toEqual({
      'primary 0': 1,
      'primary 1': 1,
      'primary 2': 1,
      'explore 0': 1,
      'explore 1': 1,
      'explore 2': 1,
    });
  });

  test('S16 the turn of the conversation goes on; json says it on standard error, once', async () => {
    const machine = await killedInACommand('run it');

    const next = await machine.run(['-p', '-c', '--output-format', 'json', ...bypass]);
    const after = await machine.run(['-p', '-c', '--output-format', 'json', ...bypass, 'and now?']);

    expect(JSON.parse(next.stdout)).toMatchObject({ subtype: 'success', result: 'I was told that it is unknown.' });
    expect(lines(next.stderr)[0]).toMatch(
      /^legwork: After a crash: the turn goes on where it stood; Bash\(echo main .* was in flight/,
    );
    expect(await readFile(join(machine.cwd, 'ran.txt'), 'utf8')).toMatch(/^main\n(?!main)/);
    expect(after.stderr).not.toContain('crash');
  });

  test('S40 stream-json tells it as an event that stands for no entry', async () => {
    const machine = await killedInACommand('delegate');
    const [task] = await json(machine, 'tasks', 'list');

    const next = await machine.run(['-p', '-c', '--output-format', 'stream-json', ...bypass]);

    const [init, recovered] = lines(next.stdout).map(line => JSON.parse(line));
    expect(init.subtype).toBe('init');
    expect(recovered).toEqual({
      type: 'system',
      subtype: 'recovered',
      text: expect.stringContaining(inFlight),
      after_crash: true,
      turn_goes_on: false,
      resumed: [task.id],
      given_up: [],
      at_work_elsewhere: [],
      waits_for_person: [],
      outcome_unknown: [
        { task_id: task.id, tool: 'Bash', input: expect.objectContaining({ command: expect.any(String) }) },
      ],
      late_notifications: 0,
      unread_inputs: 0,
      session_id: task.chat_id,
      chat_id: task.chat_id,
    });
  });

  test('S16 a worker says it too, and a later one has nothing to say', async () => {
    const machine = await killedInACommand('delegate');

    const first = await machine.run(['worker', '--until-idle']);
    const second = await machine.run(['worker', '--until-idle']);

    expect(first.stderr).toContain(`legwork: After a crash: 1 task resumed; ${inFlight}`);
    expect(lines(second.stderr)).toHaveLength(1);
  });

  test('S22 a late report starts a turn where the settings say so', async () => {
    const machine = await killedInACommand('delegate', { notify: { late: 'turn' } });
    await machine.run(['worker', '--until-idle']);

    const shown = await machine.run(['-c', ...bypass]);

    expect(shown.stdout).toMatch(
      /1 report came while the chat was closed[\s\S]*late: the chat was closed[\s\S]*Told: It is unknown\.\n$/,
    );
  });

  test('S22 what a worker finished meanwhile is said and delivered late, and starts a turn only if asked for', async () => {
    const machine = await killedInACommand('delegate');
    await machine.run(['worker', '--until-idle']);
    const before = machine.server.requests.length;

    const why = await machine.run(['why', (await json(machine, 'chats', 'list'))[0].id]);
    const shown = await machine.run(['-c', ...bypass]);

    expect(why.stdout).toContain('idle although 1 notification waits: the chat is closed; open it with `legwork -r ');
    expect(shown.stdout).toContain('1 report came while the chat was closed');
    expect(shown.stdout).toContain('↩ Agent "The errand" completed (late: the chat was closed)');
    expect(machine.server.requests.length).toBe(before);
  });
});

test('S16 a kill -9 while the model is asked: that request is made again, nothing before it', { timeout }, async () => {
  const machine = await createMachine(
    replies.replace('step: 2 }\n', 'step: 2 }\n    delay_ms: 3000\n').replaceAll('sleep 60', 'true'),
  );
  const { child, ended } = machine.start(['-p', ...bypass, 'delegate'], '');
  await expect.poll(() => asked(machine)['explore 1']).toBe(1);
  child.kill('SIGKILL');
  await ended;
  const why = await machine.run(['why', (await json(machine, 'tasks', 'list'))[0].id]);

  const next = await machine.run(['-p', '-c', ...bypass]);

  expect(why.stdout).toContain('cut off: it ran in process');
  expect(lines(next.stderr)).toContain('legwork: After a crash: 1 task resumed');
  expect(next.code).toBe(0);
  expect(asked(machine)).toMatchObject({
    'primary 0': 1,
    'primary 1': 1,
    'explore 0': 1,
    'explore 1': 2,
    'explore 2': 1,
  });
  expect(await readFile(join(machine.cwd, 'ran.txt'), 'utf8')).toBe('first\nsecond\n');
});

test('S17 R12 a worker that took over and was killed too is followed by the next, with the work of both kept', {
  timeout,
}, async () => {
  const machine = await killedInACommand('delegate');
  const second = machine.start(['worker', '--until-idle']);
  await second.sees('stderr', 'started (attempt 2)');
  second.child.kill('SIGKILL');
  await second.ended;

  const third = await machine.run(['worker', '--until-idle']);

  expect(third.stderr).toMatch(/After a crash: 1 task resumed[\s\S]*started \(attempt 3\)\n.*completed\n$/);
  expect(await readFile(join(machine.cwd, 'ran.txt'), 'utf8')).toBe('first\nsecond\n');
  expect(asked(machine)).toMatchObject({ 'explore 0': 1, 'explore 1': 1 });
});

test('S17 --background detach hands over to a worker that legwork ps shows with its log, and that ends by itself', {
  timeout,
}, async () => {
  const machine = await createMachine(
    replies.replaceAll('sleep 60', 'sleep 4').replace('    say: It is unknown.\n', '$&    delay_ms: 4000\n'),
  );
  const isWorker = (one: { kind: string; tasks: unknown[] }) => one.kind === 'worker' && one.tasks.length > 0;

  const run = await machine.run(['-p', ...bypass, '--background', 'detach', 'delegate']);
  const [, pid, log = ''] = /goes on in process (\d+), which says what it does in (\S+)/.exec(run.stderr) ?? [];
  const seen: unknown[] = [];
  await expect.poll(async () => seen.push(...(await json(machine, 'ps')).filter(isWorker))).toBeGreaterThan(0);
  await expect.poll(async () => (await json(machine, 'ps')).length, { timeout: 30_000 }).toBe(0);

  expect(run).toMatchObject({ code: 0, stdout: 'It is at work.\n' });
  expect(seen[0]).toMatchObject({
    pid: Number(pid),
    state: 'alive',
    log,
    tasks: [{ description: 'The errand', attempt: 2, elapsed_ms: expect.any(Number) }],
  });
  expect(await readFile(log, 'utf8')).toMatch(
    /takes tasks of chat_.*\n.*1 task resumed.*\n.*started \(attempt 2\)\n.*completed\n$/,
  );
});

test('S16 between a kill and the next start ps and why say that the process is gone', { timeout }, async () => {
  const machine = await killedInACommand('delegate');
  const [task] = await json(machine, 'tasks', 'list');

  const [worker] = await json(machine, 'ps');
  const ps = await machine.run(['ps']);
  const why = await machine.run(['why', task.id.slice(-8)]);
  const reasons = (await json(machine, 'why', task.id)).reasons;
  await machine.run(['worker', '--until-idle']);
  const after = await machine.run(['ps']);
  const all = await machine.run(['ps', '--all']);

  expect(worker).toMatchObject({
    state: 'process-gone',
    tasks: [{ id: task.id, attempt: 1, elapsed_ms: null, turn: { calls: [{ tool: 'Bash' }] } }],
  });
  expect(ps.stdout).toContain(`process ${worker.pid} on ${worker.host} is gone, without having left`);
  expect(ps.stdout).toContain('it was in Bash(echo second');
  expect(why.stdout).toContain(`cut off: it ran in process ${worker.pid} on ${worker.host}, which is gone`);
  expect(reasons).toEqual([expect.objectContaining({ kind: 'runner-gone', standing: 'process-gone' })]);
  expect(after).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'legwork: no process of Legwork is there, nothing runs\n',
  });
  expect(all.stdout).toContain(`process ${worker.pid} on ${worker.host} has ended`);
});
