import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../src/models/model.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until } from '../fakes/program.ts';
import { latch, onceOpen, type Reply, says, stepOf, uses } from '../fakes/script-model.ts';

const spawn = uses([
  'Task',
  { subagent_type: 'general-purpose', prompt: 'work', description: 'Work', run_in_background: true },
]);

/** The primary agent spawns, does what `then` gives for the task's id, and is done. */
function delegating(
  work: (request: ModelRequest) => Reply | Promise<Reply>,
  ...then: ((id: string) => Reply | Promise<Reply>)[]
) {
  return (request: ModelRequest) => {
    if (request.agent !== 'primary') return work(request);
    const step = stepOf(request);
    if (step === 0) return spawn;
    const id = /task_\w+/.exec(request.messages.map(message => message.text).join(' '))?.[0] ?? '';
    return then[step - 1]?.(id) ?? says('ok');
  };
}

const lastResult = async (program: TestProgram) => ofType(await program.entries('main'), 'tool:ended').at(-1);

describe('TaskOutput', () => {
  test('S19 a read of a finished task is its delivery: no second copy comes', async () => {
    const ended = latch();
    const world = await createWorld(
      delegating(
        () => says('the report'),
        async id => {
          await ended.promise;
          return uses(['TaskOutput', { task_id: id }]);
        },
      ),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => (await program.tasks())[0]?.status === 'completed');
    ended.open();
    await program.quiet();

    const seen =
      world.model.requests
        .at(-1)
        ?.messages.map(message => message.text)
        .join('\n') ?? '';
    expect((await lastResult(program))?.text).toMatch(
      /^status: completed\nsubagent_type=general-purpose .*\n\nthe report\n\nOutput file: /,
    );
    expect(seen.split('the report')).toHaveLength(2);
    expect(await program.store.pending(world.chatId, 'main')).toEqual([]);
    expect(ofType(await program.entries('main'), 'notification:delivered')).toEqual([]);
  });

  test('of a running task it tells what it did, and what it said so far', async () => {
    const world = await createWorld(
      delegating(
        () => ({ text: 'Half way.', calls: [{ tool: 'Slow', input: { text: 's' } }] }),
        async id => {
          await until(() => world.tools.runs.length === 1);
          return uses(['TaskOutput', { task_id: id }]);
        },
        () => {
          world.tools.release('s');
          return says('ok');
        },
      ),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'tool:ended').length === 2);

    const { text = '' } = (await lastResult(program)) ?? {};
    expect(text).toContain('status: running\n\nReport so far:\nHalf way.\n\nNew since your last read:\nwork\n');
    expect(text).toContain('[tool] Slow({"text":"s"})\n\nOutput file: ');
    await program.close();
  });

  test('what was read in an earlier turn is not told again, also after a restart', async () => {
    const world = await createWorld(request => {
      if (request.agent !== 'primary')
        return { text: 'Half way.', calls: [{ tool: 'Slow', input: { text: `${stepOf(request)}` } }] };
      const asks = request.messages.at(-1)?.role === 'user' && stepOf(request) > 0;
      const id = /task_\w+/.exec(request.messages.map(message => message.text).join(' '))?.[0] ?? '';
      if (stepOf(request) === 0) return spawn;
      return asks ? uses(['TaskOutput', { task_id: id }]) : says('ok');
    });
    const read = async (by: TestProgram) => {
      const before = ofType(await by.entries('main'), 'turn:ended').length;
      await by.say('how is it?');
      await until(async () => ofType(await by.entries('main'), 'turn:ended').length > before);
      return (await lastResult(by))?.text ?? '';
    };
    const first = await world.open();
    await first.say('go');
    await until(() => world.tools.runs.length === 1);

    const texts = [await read(first), await read(first)];
    world.tools.release('0');
    await until(() => world.tools.runs.length === 2);
    await first.close();
    const second = await world.open();
    texts.push(await read(second));

    expect(texts[0]).toContain('New since your last read:\nwork\n');
    expect(texts[1]).toContain('Report so far:\nHalf way.\n\nNew since your last read:\n(nothing)');
    expect(texts[2]).toContain('New since your last read:\n[result] Slow');
    await second.close();
  });

  test('with block it waits for the end, and gives its place to others meanwhile', async () => {
    const hold = latch();
    const world = await createWorld(
      delegating(
        request => onceOpen(hold, says('the report'))(request, new AbortController().signal),
        id => uses(['TaskOutput', { task_id: id, block: true }]),
      ),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'tool:started').length === 2);
    hold.open();
    await program.quiet();

    expect((await lastResult(program))?.text).toContain('status: completed');
  });

  test('with block and a time it tells how the task stands then', async () => {
    const hold = latch();
    const world = await createWorld(
      delegating(
        request => onceOpen(hold, says('the report'))(request, new AbortController().signal),
        id => uses(['TaskOutput', { task_id: id, block: true, timeout_ms: 5_000 }]),
      ),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'tool:started').length === 2);
    await world.clock.advance(5_000);
    await until(async () => ofType(await program.entries('main'), 'tool:ended').length === 2);

    expect((await lastResult(program))?.text).toMatch(/^status: running/);
    hold.open();
    await program.quiet();
  });
});

describe('TaskStop and TaskList', () => {
  test('TaskStop of a task that has ended says so, and its report is still delivered', async () => {
    const ended = latch();
    const world = await createWorld(
      delegating(
        () => says('the report'),
        async id => {
          await ended.promise;
          return uses(['TaskStop', { task_id: id }]);
        },
      ),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => (await program.tasks())[0]?.status === 'completed');
    ended.open();
    await program.quiet();

    expect((await lastResult(program))?.text).toMatch(/had already ended: completed/);
    expect(world.model.requests.at(-1)?.messages.at(-1)?.text).toContain('the report');
  });

  test('TaskList names the tasks of the chat, newest first', async () => {
    const world = await createWorld(
      delegating(
        () => says('the report'),
        () => uses(['TaskList']),
      ),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const { id } = await taskNamed(program, 'Work');
    expect((await lastResult(program))?.text).toMatch(
      new RegExp(`^${id} (queued|running|completed) general-purpose "Work"$`),
    );
  });
});

test.each(['TaskOutput', 'TaskStop', 'TaskSend'])(
  '%s of a task that does not exist names those that do',
  async tool => {
    const world = await createWorld(
      delegating(
        () => says('the report'),
        () => uses([tool, { task_id: 'task_x', ...(tool === 'TaskSend' ? { message: 'm' } : {}) }]),
      ),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const { id } = await taskNamed(program, 'Work');
    expect(await lastResult(program)).toMatchObject({
      isError: true,
      text: `Error: There is no task "task_x" in this chat. The newest are: ${id} (Work).`,
    });
  },
);

test('all of them work on tasks of before a restart', async () => {
  const world = await createWorld(delegating(() => says('the report')));
  const first = await world.open();
  await first.say('go');
  await first.quiet();
  const { id } = await taskNamed(first, 'Work');
  await first.close();
  const calls = [
    uses(['TaskOutput', { task_id: id }]),
    uses(['TaskStop', { task_id: id }]),
    uses(['TaskSend', { task_id: id, message: 'more' }]),
    uses(['TaskList']),
  ];
  world.model.script = request => {
    if (request.agent !== 'primary') return says('the second report');
    return calls.shift() ?? says('ok');
  };

  const second = await world.open();
  await second.say('again');
  await second.quiet();

  const texts = ofType(await second.entries('main'), 'tool:ended').map(entry => entry.text);
  expect(texts[1]).toContain('the report');
  expect(texts[2]).toContain('had already ended');
  expect(texts[3]).toContain('goes on with your message');
  expect((await taskNamed(second, 'Work')).outcome).toEqual({ kind: 'completed', report: 'the second report' });
});
