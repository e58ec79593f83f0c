import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createWorld, ofType, rounds, statusOf, taskNamed, until, type World } from '../fakes/program.ts';
import { cast, lastTextOf, latch, promptOf, type Reply, says, stepOf, uses } from '../fakes/script-model.ts';

const explore = (more: Record<string, unknown> = {}): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'explore', prompt: 'look around', description: 'Look around', ...more },
];

/** What the calls of the first answer came back with, when the primary agent makes them and all is quiet. */
async function resultsOf(primary: readonly Reply[], subagents: Parameters<typeof cast>[1] = {}) {
  const world = await createWorld(cast(primary, subagents));
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  return { world, program, results: ofType(await program.entries('main'), 'tool:ended') };
}

const fileOf = (world: World, id: string | undefined) => `${world.root}/transcripts/${world.chatId}/${id}.log`;

describe('what a call answers', () => {
  test('S1 every missing and mistyped parameter is named with what was received, and nothing is spawned', async () => {
    const call = uses(['Task', { run_in_background: 'perhaps', max_turns: -1, colour: 'red' }]);

    const { program, results } = await resultsOf([call, says('ok')]);

    const text = results[0]?.text ?? '';
    for (const part of ['prompt is required', 'description is required', 'subagent_type is required'])
      expect(text).toContain(part);
    expect(text).toMatch(/run_in_background must be .*received "perhaps"/);
    expect(text).toMatch(/max_turns must be .*received -1/);
    expect(text).toContain('unknown parameter "colour"');
    expect(results[0]?.isError).toBe(true);
    expect(await program.tasks()).toEqual([]);
  });

  test('S2 an unknown type is answered with those there are', async () => {
    const { program, results } = await resultsOf([uses(explore({ subagent_type: 'x' })), says('ok')]);

    expect(results[0]?.text).toBe('Error: Invalid subagent type "x". Available types: explore, general-purpose');
    expect(await program.tasks()).toEqual([]);
  });

  test('S3 an existing conversation is gone on with, and an existing agent begins a new one', async () => {
    const script = cast([], {
      look: request => says(stepOf(request) === 0 ? 'First report.' : `Seen: ${lastTextOf(request)}`),
      again: request => says(`Afresh: ${request.messages.length}`),
    });
    const ids = { conversation_id: '', agent_id: '' };
    const world = await createWorld((request, signal) => {
      if (request.agent !== 'primary') return script(request, signal);
      const more = { prompt: 'and then?', description: 'Go on' };
      const step = stepOf(request);
      if (step === 0) return uses(explore());
      if (step === 1) {
        const found = /agent_id=(\S+) conversation_id=(\S+)/.exec(lastTextOf(request));
        Object.assign(ids, { agent_id: found?.[1], conversation_id: found?.[2] });
        return uses(['Task', { conversation_id: ids.conversation_id, ...more }]);
      }
      if (step === 2) return uses(['Task', { agent_id: ids.agent_id, ...more, prompt: 'again please' }]);
      return says('ok');
    });
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const [first, second, third] = ofType(await program.entries('main'), 'tool:ended').map(entry => entry.text);
    expect(first).toContain('First report.');
    expect(second).toContain('Seen: and then?');
    expect(second).toContain(`agent_id=${ids.agent_id} conversation_id=${ids.conversation_id}`);
    expect(second).toContain('subagent_type=general-purpose');
    expect(third).toContain('Afresh: 1');
    expect(third).toContain(`agent_id=${ids.agent_id}`);
    expect(third).not.toContain(ids.conversation_id);
  });

  test('S3 deploying needs prompt and description, an allowed type, and something that exists', async () => {
    const { program, results } = await resultsOf([
      uses(
        ['Task', { agent_id: 'agent_1' }],
        ['Task', { agent_id: 'agent_1', subagent_type: 'plan', prompt: 'p', description: 'd' }],
        ['Task', { agent_id: 'agent_1', prompt: 'p', description: 'd' }],
        ['Task', { conversation_id: 'conv_1', prompt: 'p', description: 'd' }],
      ),
      says('ok'),
    ]);

    const texts = results.map(result => result.text);
    expect(texts.find(text => text.includes('prompt is required'))).toContain('description is required');
    expect(texts.find(text => text.includes('"plan"'))).toMatch(
      /"explore" \(read-only\) or "general-purpose".*not as "plan"/,
    );
    expect(texts.some(text => text.includes('no agent "agent_1"'))).toBe(true);
    expect(texts.some(text => text.includes('no conversation "conv_1"'))).toBe(true);
    expect(await program.tasks()).toEqual([]);
  });

  test('S4 refresh says what was found', async () => {
    const { program, results } = await resultsOf([uses(['Task', { command: 'refresh' }]), says('ok')]);

    expect(results[0]?.text).toBe('Refreshed subagents list: found 2 total (0 custom)');
    expect(await program.tasks()).toEqual([]);
  });

  test('S5 several calls of one answer run side by side', async () => {
    const all = latch();
    const calls = ['a', 'b', 'c'].map(name => explore({ prompt: name, description: name }));
    const world = await createWorld(cast([uses(...calls), says('ok')], { a: held, b: held, c: held }));
    let begun = 0;
    async function held() {
      begun += 1;
      if (begun === 3) all.open();
      await all.promise;
      return says('done');
    }
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(begun).toBe(3);
    const texts = ofType(await program.entries('main'), 'tool:ended').map(entry => entry.text);
    expect(texts.filter(text => text.includes('\n\ndone\n\n'))).toHaveLength(3);
  });

  test('S6 a background call returns at once with ids and file, and the task is durable before', async () => {
    const hold = latch();
    const world = await createWorld(
      cast([uses(explore({ run_in_background: true })), says('ok'), says('heard')], {
        look: async () => {
          await hold.promise;
          return says('found');
        },
      }),
    );
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'turn:ended').length === 1);

    const entries = await program.entries();
    const [result] = ofType(entries, 'tool:ended');
    const task = await taskNamed(program, 'Look around');
    expect(result?.text).toBe(
      [
        `Task running in background with task ID: ${task.id}`,
        `Agent ID: ${task.agentId}`,
        `Output file: ${fileOf(world, task.id)}`,
        '',
        'Its result will be delivered to you by itself as soon as it ends; there is no need to poll for it.',
      ].join('\n'),
    );
    expect(ofType(entries, 'task:queued')[0]?.seq).toBeLessThan(result?.seq ?? 0);
    hold.open();
    await program.quiet();
    expect(await statusOf(program, task.id)).toBe('completed');
  });

  test('S6 a background call that has to wait for a slot says queued and its position', async () => {
    const hold = latch();
    const calls = ['a', 'b', 'c'].map(name => explore({ prompt: name, description: name, run_in_background: true }));
    const wait = async () => {
      await hold.promise;
      return says('done');
    };
    const script = cast(
      [uses(calls[0] ?? explore()), uses(calls[1] ?? explore()), uses(calls[2] ?? explore()), says('ok')],
      {
        a: wait,
        b: wait,
        c: wait,
      },
    );
    const world = await createWorld(script);
    world.model.room = 1;
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'turn:ended').length === 1);

    const firstLines = ofType(await program.entries('main'), 'tool:ended').map(
      entry => entry.text.split(' with task ID')[0],
    );
    expect(firstLines).toEqual([
      'Task running in background',
      'Task queued (position 1) in background',
      'Task queued (position 2) in background',
    ]);
    hold.open();
    await program.quiet();
  });

  test('S6 calls of one answer that come too many for the slots say so', async () => {
    const calls = ['a', 'b', 'c'].map(name => explore({ prompt: name, description: name, run_in_background: true }));
    const world = await createWorld(cast([uses(...calls), says('ok'), says('ok'), says('ok')]));
    world.model.room = 2;
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const firstLines = ofType(await program.entries('main'), 'tool:ended').map(
      entry => entry.text.split(' in background')[0],
    );
    expect(firstLines.sort()).toEqual(['Task queued (position 1)', 'Task running', 'Task running']);
  });

  test('S7 a foreground call answers with header, report and file', async () => {
    const { world, program, results } = await resultsOf([uses(explore()), says('ok')], { look: says('All is well.') });

    const task = await taskNamed(program, 'Look around');
    expect(results[0]?.text).toBe(
      `subagent_type=explore task_id=${task.id} agent_id=${task.agentId} conversation_id=${task.conversationId}\n\nAll is well.\n\nOutput file: ${fileOf(world, task.id)}`,
    );
    expect(results[0]?.isError).toBe(false);
  });

  test('S7 a report of more than 30,000 characters is cut in the middle, and the note says how much and where', async () => {
    const report = `${'a'.repeat(25_000)}${'b'.repeat(25_000)}`;
    const { world, program, results } = await resultsOf([uses(explore()), says('ok')], { look: says(report) });

    const task = await taskNamed(program, 'Look around');
    const body = (results[0]?.text ?? '').split('\n\n')[1];
    expect(body).toBe(
      `${'a'.repeat(15_000)}\n[… 20000 characters left out; the whole report is in ${fileOf(world, task.id)} …]\n${'b'.repeat(15_000)}`,
    );
  });

  test('S8 a failure answers with header, error, partial report and file', async () => {
    const { world, program, results } = await resultsOf([uses(explore({ max_turns: 1 })), says('ok')], {
      look: { text: 'So far nothing.', calls: [{ tool: 'Look', input: { text: 'x' } }] },
    });

    const task = await taskNamed(program, 'Look around');
    expect(results[0]?.text).toBe(
      `subagent_type=explore task_id=${task.id} agent_id=${task.agentId} conversation_id=${task.conversationId}\n\nError: stopped at the limit of model steps (1 in this turn)\n\nPartial report:\nSo far nothing.\n\nOutput file: ${fileOf(world, task.id)}`,
    );
    expect(task.outcome).toMatchObject({ kind: 'failed', reason: 'max_turns', partial: 'So far nothing.' });
    expect(results[0]?.isError).toBe(true);
  });

  test('S9 a foreground task that is moved to the background answers its call and works on', async () => {
    const hold = latch();
    const world = await createWorld(
      cast([uses(explore()), says('meanwhile'), says('heard')], {
        look: async () => {
          await hold.promise;
          return says('found');
        },
      }),
    );
    const program = await world.open();
    await program.say('go');
    await until(async () => (await program.tasks())[0]?.status === 'running');
    const { id, chatId } = await taskNamed(program, 'Look around');

    await program.store.write(async tx => {
      await tx.patchTask(id, { isBackground: true });
      await tx.append(chatId, id, 0, [{ type: 'task:backgrounded', taskId: id }]);
    });
    await until(async () => ofType(await program.entries('main'), 'turn:ended').length === 1);
    hold.open();
    await program.quiet();

    const main = await program.entries('main');
    expect(ofType(main, 'tool:ended')[0]?.text).toMatch(
      new RegExp(`^Task running in background with task ID: ${id}\n`),
    );
    expect(ofType(main, 'notification:delivered').flatMap(entry => entry.tasks.map(task => task.taskId))).toEqual([id]);
    expect(await program.store.task(id)).toMatchObject({ attempt: 1, status: 'completed', steps: 1 });
  });
});

describe('how many and how deep', () => {
  test('S10 at the cap a spawn is queued, never refused, and no more run than the model bears', async () => {
    let atOnce = 0;
    let most = 0;
    const part = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await rounds(3);
      atOnce -= 1;
      return says('done');
    };
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const calls = names.map(name => explore({ prompt: name, description: name, run_in_background: true }));
    const world = await createWorld(
      cast([uses(...calls), says('ok')], Object.fromEntries(names.map(name => [name, part]))),
    );
    world.model.room = 3;
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(most).toBe(3);
    expect((await program.tasks()).map(task => task.status)).toEqual(names.map(() => 'completed'));
  });

  test('S10 parents that wait for their children give their place: no deadlock at a cap of 1 and a depth of 3', async () => {
    const world = await createWorld(nested(3));
    world.model.room = 1;
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect((await program.tasks()).map(task => [task.depth, task.status])).toEqual([
      [1, 'completed'],
      [2, 'completed'],
      [3, 'completed'],
    ]);
    expect(ofType(await program.entries('main'), 'tool:ended')[0]?.text).toContain('level 3');
  });

  test('S11 a spawn deeper than the limit names it and how to raise it', async () => {
    const world = await createWorld(nested(4));
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(await program.tasks()).toHaveLength(3);
    expect(ofType(await program.entries('main'), 'tool:ended')[0]?.text).toContain(
      'A task at depth 4 is not allowed: the limit is 3. Do this work yourself, or raise "limits": {"task_depth": …}',
    );
  });

  test('S11 R41 a turn that goes on spawning stops at the limit, its subagents included', async () => {
    const five = (n: number) =>
      uses(
        ...[1, 2, 3, 4, 5].map(
          index =>
            [
              'Task',
              {
                subagent_type: 'general-purpose',
                prompt: `again ${n}.${index}`,
                description: 'again',
                run_in_background: true,
              },
            ] as const,
        ),
      );
    const world = await createWorld(
      request => {
        if (request.agent !== 'primary') return stepOf(request) === 0 ? five(stepOf(request)) : says('done');
        return stepOf(request) < 3 ? five(stepOf(request)) : says('done');
      },
      { limits: { tasksPerTurn: 20 } },
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(await program.tasks()).toHaveLength(20);
    const refusals = ofType(await program.entries(), 'tool:ended').filter(entry =>
      entry.text.includes('the limit is 20 in one turn'),
    );
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals[0]?.text).toContain('raise "limits": {"tasks_per_turn": …}');
  });

  test('S11 another turn may spawn again', async () => {
    const spawn = (index: number) => uses(explore({ prompt: `p${index}`, description: 'one' }));
    const world = await createWorld(cast([spawn(1), says('a'), spawn(2), says('b')]), { limits: { tasksPerTurn: 1 } });
    const program = await world.open();

    await program.say('go');
    await program.quiet();
    await program.say('again');
    await program.quiet();

    expect((await program.tasks()).map(task => task.status)).toEqual(['completed', 'completed']);
  });
});

describe('S12 permissions', () => {
  test('S12 what the parent may not do its subagent may not do, whatever its definition says', async () => {
    const world = await createWorld(
      cast(
        [uses(['Task', { subagent_type: 'general-purpose', prompt: 'change it', description: 'Change' }]), says('ok')],
        {
          change: request =>
            stepOf(request) === 0 ? uses(['Change', { text: 'x' }], ['Look', { text: 'y' }]) : says(textsOf(request)),
        },
      ),
    );
    const program = await world.open({ policy: { mode: 'plan', rules: [], roots: ['/work'] } });

    await program.say('go');
    await program.quiet();

    expect(world.tools.changes).toEqual([]);
    expect(ofType(await program.entries('main'), 'tool:ended')[0]?.text).toMatch(/Denied: .*saw y/s);
  });

  test('S12 S13 without anybody to ask what would be asked is denied at once, and the model is told', async () => {
    const world = await createWorld(cast([uses(['Change', { text: 'x' }]), says('ok')]));
    const program = await world.open({ policy: { mode: 'ask', rules: [], roots: ['/work'] } });

    await program.say('go');
    await program.quiet();

    const [result] = ofType(await program.entries('main'), 'tool:ended');
    expect(result).toMatchObject({ isError: true, isDenied: true });
    expect(result?.text).toContain('Nobody is there to be asked');
    expect(world.tools.runs).toEqual([]);
  });

  test('S12 tools outside of a definition are not there for it', async () => {
    const { results } = await resultsOf([uses(explore({ prompt: 'change it' })), says('ok')], {
      change: request =>
        stepOf(request) === 0 ? uses(['Change', { text: 'x' }], ['Task', {}]) : says(textsOf(request)),
    });

    expect(results[0]?.text).toContain('there is no tool "Change". Available tools: Look.');
    expect(results[0]?.text).toContain('there is no tool "Task"');
  });
});

test('R10 200 parallel tasks: never the body of one under the id of another', async () => {
  const nonces = Array.from({ length: 200 }, (_, index) => `nonce-${(index * 7919) % 10_007}-${index}`);
  const calls = nonces.map(nonce => explore({ prompt: nonce, description: nonce, run_in_background: true }));
  const world = await createWorld(request => {
    if (request.agent !== 'primary') return says(`body of ${promptOf(request)}`);
    const step = stepOf(request);
    return step < 2 ? uses(...calls.slice(step * 100, step * 100 + 100)) : says('ok');
  });
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const tasks = new Map((await program.tasks()).map(task => [task.id as string, task.prompt]));
  const texts = ofType(await program.entries('main'), 'notification:delivered')
    .map(entry => entry.text)
    .join('\n');
  const pairs = [...texts.matchAll(/<task-id>(\S+)<\/task-id>.*?\n\nbody of (\S+)<\/result>/gs)];
  expect(pairs).toHaveLength(200);
  for (const [, id = '', nonce] of pairs) expect(nonce).toBe(tasks.get(id));
});

test('R11 whatever a report is made of, it is delivered whole or with a note, and the request is valid', {
  timeout: 120_000,
}, async () => {
  const reports: [string, string][] = [
    ['empty', ''],
    ['blank', ' \n\t '],
    ['binary', Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')],
    ['surrogates', '\ud800 x \udc00 \ud800\ud800'],
    ['huge', 'x\u{1f600}'.repeat(10_500_000)],
  ];
  const calls = reports.map(([name], index) =>
    explore({ prompt: name, description: name, run_in_background: index % 2 === 0 }),
  );
  const world = await createWorld(
    cast(
      [uses(...calls), says('ok'), says('ok')],
      Object.fromEntries(reports.map(([name, text]) => [name, says(text)])),
    ),
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect((await program.tasks()).map(task => task.status)).toEqual(reports.map(() => 'completed'));
  const seen =
    world.model.requests
      .at(-1)
      ?.messages.map(message => message.text)
      .join('\n') ?? '';
  expect(seen.isWellFormed()).toBe(true);
  const huge = await taskNamed(program, 'huge');
  expect(seen).toContain(`characters left out; more of the report is in ${fileOf(world, huge.id)} …]`);
  expect((await stat(fileOf(world, huge.id))).size).toBeLessThanOrEqual(limits.transcriptBytes);
  expect(seen.length).toBeLessThan(limits.reportChars * 3);
});

function textsOf(request: { messages: readonly { role: string; text: string }[] }): string {
  return request.messages
    .filter(message => message.role === 'tool')
    .map(message => message.text)
    .join(' | ');
}

/** Each subagent delegates to one more until that depth, and hands its answer on. */
function nested(depth: number) {
  return (request: Parameters<typeof promptOf>[0]) => {
    const level = request.agent === 'primary' ? 0 : Number(promptOf(request).split(' ')[1]);
    if (stepOf(request) > 0) return says(lastTextOf(request));
    if (level === depth) return says(`level ${level}`);
    const input = { subagent_type: 'general-purpose', prompt: `level ${level + 1}`, description: `level ${level + 1}` };
    return uses(['Task', input]);
  };
}
