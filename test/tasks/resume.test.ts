import { describe, expect, test } from 'vitest';
import type { TaskId } from '../../src/core/ids.ts';
import type { ModelRequest } from '../../src/models/model.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { retryTask, sendToTask } from '../../src/tasks/resume-task.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { createWorld, newTask, ofType, rounds, type TestProgram, taskNamed, until, user } from '../fakes/program.ts';
import { cast, lastTextOf, latch, onceOpen, says, stepOf, uses } from '../fakes/script-model.ts';

const background = (name: string): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true },
];

describe('S16 killed', () => {
  /** The main lane delegates; the task reads and changes in one step, changes in the next, and reports. */
  const script = cast([uses(background('work')), says('ok'), says('heard')], {
    work: request =>
      [
        uses(['Look', { text: 'l1' }], ['Change', { text: 'c1' }]),
        uses(['Change', { text: 'c2' }]),
        says(`report after ${request.messages.filter(message => message.role === 'tool').length} results`),
      ][stepOf(request)] ?? says('too many steps'),
  });
  /** Entries of the whole, the chat's first one left out. */
  const total = 26;

  test('the boundaries below are all there are', async () => {
    const world = await createWorld(script);
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(await program.entries()).toHaveLength(total + 1);
  });

  test.each(Array.from({ length: total }, (_, index) => index + 1))(
    'S16 killed at entry %i, the next start goes on where the lanes ended',
    async boundary => {
      const world = await createWorld(script);
      const first = await world.open();
      const died = first.killAfter(boundary);
      void first.say('go');
      await died;
      const requestsBefore = world.model.requests.length;
      await world.clock.advance(1_000);

      const second = await world.open();
      const atDeath = await second.entries();
      if (!ofType(atDeath, 'user:said').length && (await second.store.pending(world.chatId, 'main')).length === 0)
        await second.say('go');
      await second.quiet();

      const task = await taskNamed(second, 'work');
      const lane = await second.entries(task.id);
      expect(task.status).toBe('completed');
      expect(task.outcome).toEqual({ kind: 'completed', report: 'report after 3 results' });
      const answeredAtDeath = (of: 'main' | string) =>
        ofType(atDeath, 'model:answered').filter(entry => entry.lane === of).length;
      for (const request of world.model.requests.slice(requestsBefore))
        expect(stepOf(request)).toBeGreaterThanOrEqual(answeredAtDeath(laneOf(request)));
      const changed = world.tools.runs.filter(run => run.tool === 'Change').map(run => run.text);
      expect(new Set(changed).size).toBe(changed.length);
      for (const result of ofType(lane, 'tool:ended')) {
        const wasUnknown = result.text.startsWith('Interrupted, outcome unknown: ');
        if (wasUnknown) expect(result.tool).toBe('Change');
        expect(wasUnknown).toBe(
          result.tool === 'Change' &&
            ofType(atDeath, 'tool:started').some(entry => entry.callId === result.callId) &&
            !ofType(atDeath, 'tool:ended').some(entry => entry.callId === result.callId),
        );
      }
      expect(ofType(lane, 'tool:ended')).toHaveLength(3);
      const main = await second.entries('main');
      expect(ofType(main, 'notification:delivered').flatMap(entry => entry.tasks)).toHaveLength(1);
      expect(ofType(await second.entries(), 'task:ended')).toHaveLength(1);
      expect(await second.tasks()).toHaveLength(1);
      expect(ofType(main, 'user:said')).toHaveLength(1);
    },
  );

  test('S16 a program that closes leaves its task to the next, without counting a failure', async () => {
    const hold = latch();
    const world = await createWorld(
      cast([uses(background('held')), says('ok'), says('heard')], { held: onceOpen(hold, says('done')) }),
    );
    const first = await world.open();
    await first.say('go');
    await until(async () => (await first.tasks())[0]?.status === 'running');
    await first.quietButTasks();
    await first.close();
    hold.open();

    const second = await world.open();
    await second.quiet();

    const task = await taskNamed(second, 'held');
    expect(task).toMatchObject({ status: 'completed', attempt: 2, failures: [] });
    expect(ofType(await second.entries('main'), 'notification:delivered')).toHaveLength(1);
  });

  test('S16 a foreground task in flight is found again by its call, also when it has ended meanwhile', async () => {
    const hold = latch();
    const world = await createWorld(
      cast([uses(['Task', { subagent_type: 'general-purpose', prompt: 'held', description: 'held' }]), says('ok')], {
        held: onceOpen(hold, says('done')),
      }),
    );
    const first = await world.open();
    await first.say('go');
    await until(async () => (await first.tasks())[0]?.status === 'running');
    await first.kill();
    hold.open();

    const second = await world.open();
    await second.quiet();

    expect(await second.tasks()).toHaveLength(1);
    expect(ofType(await second.entries('main'), 'tool:ended')[0]?.text).toContain('\n\ndone\n\n');
  });

  test('S19 a background call that is made again after a crash and answers with the end is the delivery', async () => {
    const world = await createWorld(cast([uses(background('quick'), ['Slow', { text: 's' }]), says('ok')]));
    const first = await world.open();
    await first.say('go');
    await until(async () => (await first.tasks())[0]?.status === 'completed');
    const [call] = ofType(await first.entries('main'), 'tool:started');
    const hasResult = ofType(await first.entries('main'), 'tool:ended').some(entry => entry.callId === call?.callId);
    await first.kill();

    const second = await world.open();
    await second.quiet();

    const main = await second.entries('main');
    const texts = (world.model.requests.at(-1)?.messages ?? []).map(message => message.text);
    expect(texts.filter(text => text.includes('report of quick'))).toHaveLength(1);
    expect(ofType(main, 'notification:delivered')).toHaveLength(hasResult ? 1 : 0);
    expect(await second.store.pending(world.chatId, 'main')).toEqual([]);
  });

  test('S16 T32 a task that takes its process along three times is given up, with all the reasons', async () => {
    const world = await createWorld(
      cast([uses(background('poison')), says('ok'), says('heard')], { poison: () => new Promise(() => undefined) }),
    );
    for (const attempt of [1, 2, 3]) {
      const program = await world.open();
      if (attempt === 1) await program.say('go');
      await until(async () =>
        (await program.tasks()).some(task => task.status === 'running' && task.attempt === attempt),
      );
      await program.quietButTasks();
      await program.kill();
    }

    const last = await world.open();
    await last.quiet();

    const task = await taskNamed(last, 'poison');
    expect(task).toMatchObject({ status: 'failed', outcome: { kind: 'failed', reason: 'attempts' } });
    expect(task.outcome).toMatchObject({
      message: [1, 2, 3].reduce(
        (text, attempt) => `${text}${attempt > 1 ? '; ' : ' '}the process that ran attempt ${attempt} is gone`,
        'given up after 3 attempts:',
      ),
    });
    expect(ofType(await last.entries('main'), 'notification:delivered')).toHaveLength(1);
  });

  test('T32 a process that is gone counts also when its lease ran out before anybody cleared up', async () => {
    const world = await createWorld(
      cast([uses(background('poison')), says('ok')], { poison: () => new Promise(() => undefined) }),
      { limits: { recheckMs: 1_000 } },
    );
    const first = await world.open();
    await first.say('go');
    await until(async () => (await first.tasks()).some(task => task.status === 'running'));
    // Not before: it could take the task itself.
    const second = await world.open({ host: 'another' });
    await first.kill();
    const isClaimed = async () => (await second.tasks())[0]?.attempt === 2;

    await until(async () => {
      await world.clock.advance(1_000);
      return isClaimed();
    });

    expect((await taskNamed(second, 'poison')).failures).toEqual(['the process that ran attempt 1 is gone']);
  });

  test('R12 a program whose lease ran out while it was stopped writes nothing more under it, and works on under a new one', async () => {
    const world = await createWorld(cast([says('one'), says('two')]), { limits: { recheckMs: 1_000 } });
    const first = await world.open();
    await first.say('go');
    await first.quiet();
    const before = first.chat.working.worker();
    await first.store.write(tx => tx.endWorker(before, world.clock.now()));

    await world.clock.advance(6_000);
    await until(() => first.chat.working.worker() !== before);
    await first.say('again');
    await first.quiet();

    expect(ofType(await first.entries('main'), 'model:answered').map(entry => entry.text)).toEqual(['one', 'two']);
  });

  test('R12 a turn that the one who took the lane over left open is taken up by the one it was taken from', async () => {
    let answers = (): Promise<ReturnType<typeof says>> => new Promise(() => undefined);
    const world = await createWorld(() => answers(), { limits: { recheckMs: 1_000 } });
    const first = await world.open();
    await until(() => first.chat.session.state() === 'idle');
    await first.store.write(tx => tx.endWorker(first.chat.working.worker(), world.clock.now()));
    const second = await world.open({ host: 'another' });
    await until(() => second.chat.session.state() === 'idle');
    await second.say('go');
    await until(async () => world.model.requests.length === 1);
    await second.kill();
    answers = async () => says('taken up');

    await until(async () => {
      await world.clock.advance(1_000);
      return ofType(await first.entries('main'), 'model:answered').length > 0;
    });

    expect(ofType(await first.entries('main'), 'model:answered').map(entry => entry.text)).toEqual(['taken up']);
    expect(ofType(await first.entries('main'), 'turn:started')).toHaveLength(1);
  });
});

describe('taken up again', () => {
  test('T8 a task that has begun before does not wait anew for what it depends on', async () => {
    const open = latch();
    const world = await createWorld(
      cast([], {
        first: async request => {
          if (stepOf(request) === 0) return says('one');
          await open.promise;
          return says('two');
        },
        second: () => says('done'),
      }),
    );
    const program = await world.open();
    const { deps } = program.chat.working;
    const make = (name: string, dependsOn: TaskId[]) =>
      program.store.write(tx =>
        spawnTask(deps, tx, {
          ...newTask(program.chat.chat.id),
          prompt: name,
          description: name,
          dependsOn,
          isBackground: true,
          notify: 'wake',
        }),
      );
    await make('first', []);
    const one = await taskNamed(program, 'first');
    await make('second', [one.id]);
    await program.quiet();
    const two = await taskNamed(program, 'second');

    await program.store.write(tx => sendToTask(deps, tx, one.id, 'again', { lane: 'main' }));
    await until(async () => (await taskNamed(program, 'first')).status === 'running');
    await program.store.write(tx => sendToTask(deps, tx, two.id, 'again', { lane: 'main' }));
    await until(async () => (await taskNamed(program, 'second')).attempt === 2);
    const whileFirstRuns = (await taskNamed(program, 'first')).status;
    open.open();
    await program.quiet();

    expect(whileFirstRuns).toBe('running');
    expect((await program.tasks()).map(task => task.status)).toEqual(['completed', 'completed']);
  });

  test('TaskSend to a finished task goes on in its lane and reports again', async () => {
    const world = await createWorld((request, signal) => {
      if (request.agent !== 'primary')
        return says(stepOf(request) === 0 ? 'first report' : `second report on ${lastTextOf(request)}`);
      const step = stepOf(request);
      if (step === 0) return uses(background('work'));
      if (step === 2) return uses(['TaskSend', { task_id: idIn(request), message: 'and then?' }]);
      return cast([])(request, signal);
    });
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const task = await taskNamed(program, 'work');
    expect(task).toMatchObject({ status: 'completed', attempt: 2 });
    expect(task.outcome).toMatchObject({ report: 'second report on <message from="main">and then?</message>' });
    const told = ofType(await program.entries('main'), 'notification:delivered');
    expect(told.map(entry => entry.text.includes('second report'))).toEqual([false, true]);
  });

  test('TaskSend to a running task is read at its next tool boundary', async () => {
    const world = await createWorld(
      cast([uses(background('work')), says('ok'), says('heard')], {
        work: request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says(lastTextOf(request))),
      }),
    );
    const program = await world.open();
    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    const { id } = await taskNamed(program, 'work');

    const how = await program.store.write(tx =>
      sendToTask(program.chat.working.deps, tx, id, 'hurry', { lane: 'main' }),
    );
    world.tools.release('s');
    await program.quiet();

    expect(how).toBe('delivered');
    expect((await taskNamed(program, 'work')).outcome).toEqual({
      kind: 'completed',
      report: '<message from="main">hurry</message>',
    });
  });

  test('a task that used up its steps gets as many again when it is retried', async () => {
    const world = await createWorld(
      cast(
        [
          uses(['Task', { subagent_type: 'general-purpose', prompt: 'work', description: 'work', max_turns: 2 }]),
          says('ok'),
        ],
        {
          work: request => (stepOf(request) < 3 ? uses(['Look', { text: `${stepOf(request)}` }]) : says('done')),
        },
      ),
    );
    const program = await world.open();
    await program.say('go');
    await program.quiet();
    const before = await taskNamed(program, 'work');

    await program.store.write(tx => retryTask(program.chat.working.deps, tx, before.id, 'a person wants it'));
    await program.quiet();

    expect(before.outcome).toMatchObject({ kind: 'failed', reason: 'max_turns' });
    expect((await taskNamed(program, 'work')).outcome).toEqual({ kind: 'completed', report: 'done' });
    expect(world.tools.runs.map(run => run.text)).toEqual(['0', '1', '2']);
  });

  test('T32 a task that takes too long ends as failed and keeps what it had said', async () => {
    const world = await createWorld(
      cast([uses(background('work')), says('ok'), says('heard')], {
        work: request =>
          stepOf(request) === 0
            ? { text: 'half of it', calls: [{ tool: 'Slow', input: { text: 's' } }] }
            : says('done'),
      }),
    );
    const program = await world.open();
    await program.say('go');
    await until(() => world.tools.runs.length === 1);

    await world.clock.advance(30 * 60_000);
    await program.quiet();

    expect((await taskNamed(program, 'work')).outcome).toEqual({
      kind: 'failed',
      reason: 'timeout',
      message: 'timed out after 1800 s',
      partial: 'half of it',
    });
  });
});

describe('dependencies and history', () => {
  const ids = async (program: TestProgram, specs: readonly { name: string; after?: readonly string[] }[]) =>
    program.store.write(async tx => {
      const made = new Map<string, Awaited<ReturnType<typeof spawnTask>>['task']['id']>();
      for (const { name, after = [] } of specs) {
        const dependsOn = after.flatMap(other => made.get(other) ?? []);
        const wanted = {
          ...newTask(program.chat.chat.id),
          prompt: name,
          description: name,
          dependsOn,
        };
        const { task } = await spawnTask(program.chat.working.deps, tx, {
          ...wanted,
          parent: { lane: 'main' },
          isBackground: true,
          notify: 'quiet',
        });
        made.set(name, task.id);
      }
      return made;
    });

  test('T8 a task is not started before all that it depends on have completed', async () => {
    const holds = { a: latch(), b: latch() };
    const world = await createWorld(cast([], { a: onceOpen(holds.a, says('a')), b: onceOpen(holds.b, says('b')) }));
    const program = await world.open();

    await ids(program, [{ name: 'a' }, { name: 'b' }, { name: 'c', after: ['a', 'b'] }]);
    await rounds();
    const statuses: string[] = [(await taskNamed(program, 'c')).status];
    holds.b.open();
    await until(async () => (await taskNamed(program, 'b')).status === 'completed');
    await rounds();
    statuses.push((await taskNamed(program, 'c')).status);
    holds.a.open();
    await program.quiet();

    expect(statuses).toEqual(['waiting', 'waiting']);
    expect((await taskNamed(program, 'c')).status).toBe('completed');
  });

  test.each(['failed', 'stopped'] as const)(
    'T8 one that %s fails those that depend on it, down the line, with the reason',
    async how => {
      const world = await createWorld(
        cast([], { a: how === 'failed' ? { fails: 'auth', message: 'no key' } : () => new Promise(() => undefined) }),
      );
      const program = await world.open();

      const made = await ids(program, [{ name: 'a' }, { name: 'b', after: ['a'] }, { name: 'c', after: ['b'] }]);
      const a = made.get('a');
      if (how === 'stopped' && a) {
        const { stopTask } = await import('../../src/tasks/stop-task.ts');
        await program.store.write(tx => stopTask(program.chat.working.deps, tx, a, 'enough'));
      }
      await program.quiet();

      const reason = how === 'failed' ? 'failed: no key' : 'was stopped';
      expect((await taskNamed(program, 'b')).outcome).toMatchObject({
        kind: 'failed',
        reason: 'dependency',
        message: `it depends on ${a} ("a"), which ${reason}`,
      });
      expect((await taskNamed(program, 'c')).outcome).toMatchObject({ kind: 'failed', reason: 'dependency' });
    },
  );

  test('T9 in conversation the agent adds a task for its own chat without being told an id', async () => {
    const world = await createWorld(cast([uses(background('research')), says('ok'), says('heard')], {}));
    const program = await world.open();
    await createChat(program.base, { user, cwd: '/work', title: 'a newer chat' });

    await program.say('find out about plums');
    await program.quiet();

    const seen = world.model.requests.filter(({ agent }) => agent === 'primary').slice(0, 1);
    expect(JSON.stringify(seen.map(({ system, messages, tools }) => [system, messages, tools]))).not.toContain('chat_');
    expect(await taskNamed(program, 'research')).toMatchObject({ chatId: world.chatId, status: 'completed' });
    expect(ofType(await program.entries('main'), 'notification:delivered')).toHaveLength(1);
  });

  test('T12 T13 a task in a chat sees what was said before, in a lane of its own, and changes nothing of the live one', async () => {
    const world = await createWorld((request: ModelRequest) => {
      if (request.agent === 'primary') return says('noted');
      return says(request.messages.map(message => message.text).join(' / '));
    });
    const program = await world.open();
    await program.say('the word is plum');
    await program.quiet();
    const before = await program.entries('main');
    const { addTask } = await import('../../src/tasks/add-task.ts');

    await addTask(
      {
        base: program.base,
        user,
        policy: { mode: 'bypass', rules: [], roots: [] },
        workspace: '/work',
        chooseModel: async () => ({ handle: 'test/model', why: '', isFallback: false }),
        limits: program.base.limits,
      },
      { instruction: 'which word?', chatId: world.chatId, notify: 'quiet' },
    );
    await program.quiet();

    const task = await taskNamed(program, 'which word?');
    expect(task.outcome).toMatchObject({ report: 'the word is plum / noted / which word?' });
    expect(await program.entries('main')).toEqual(before);
    await program.say('and?');
    await program.quiet();
    expect(world.model.requests.at(-1)?.messages[2]?.text).toContain('<task-notification>');
  });
});

function laneOf(request: ModelRequest): string {
  return request.conversation.split('/')[1] ?? '';
}

function idIn(request: ModelRequest): string | undefined {
  return /task_\w+/.exec(request.messages.map(message => message.text).join(' '))?.[0];
}

test('S16 killed when an answer has broken off, the turn is over and the model is not asked to answer its own words', async () => {
  const world = await createWorld(() => ({ fails: 'auth', partialText: 'half' }));
  const first = await world.open();
  const died = first.killAfter(3);
  void first.say('go');
  await died;

  const second = await world.open();
  await second.quiet();

  expect((await second.entries('main')).map(entry => entry.type).slice(-2)).toEqual(['model:broke-off', 'turn:ended']);
  expect(world.model.requests).toHaveLength(1);
});
