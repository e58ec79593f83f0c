import { expect, test } from 'vitest';
import type { TaskId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import type { Models } from '../../src/models/model.ts';
import { sendToTask } from '../../src/tasks/resume-task.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { protocols } from '../fakes/models.ts';
import { newTask, ofType, type TestProgram } from '../fakes/program.ts';
import { ends, office, scene } from '../fakes/provider-scene.ts';

for (const protocol of protocols) {
  test(`R21 ${protocol}: the text of a subagent before a final reset is kept, labelled, reported, and passes a strict server`, async () => {
    const fault =
      '  - when: { prompt: job 1, from: user, step: 1, times: 1 }\n    say: half of a long thought\n    chunk_chars: 4\n    fault: { reset_after: 3, times: 1 }';
    const { program } = await scene(office(1, fault), { protocol, limits: { modelRetries: 0 } });
    await program.say('send all');
    await program.quiet();
    const [task] = await program.tasks();
    if (!task) throw new Error('there is no task');

    await program.store.write(tx => sendToTask(program.chat.working.deps, tx, task.id, 'go on', { lane: 'main' }));
    await program.quiet();

    const [broken] = ofType(await program.entries(task.id), 'model:broke-off');
    const [first, second] = (await ends(program)).map(end => end.outcome);
    const [told] = ofType(await program.entries('main'), 'notification:delivered');
    expect(broken?.text).toMatch(/^half/);
    expect(first).toMatchObject({ kind: 'failed', partial: broken?.text });
    expect(told?.text).toContain(broken?.text);
    expect(second).toMatchObject({ kind: 'completed' });
  });

  test(`R21 ${protocol}: a call of a subagent that comes with incomplete JSON never runs`, async () => {
    const fault =
      '  - when: { prompt: job 1, from: user, step: 1 }\n    call: [{ tool: Change, input: { text: half } }]\n    fault: { incomplete_call: true, times: 1 }';
    const { world, program } = await scene(office(1, fault), { protocol, limits: { modelRetries: 0 } });

    await program.say('send all');
    await program.quiet();

    expect(world.tools.runs).toEqual([]);
    expect((await ends(program)).map(end => end.outcome.kind)).toEqual(['failed']);
  });
}

test('R22 three subagents that get a line of 100 MB each fail clearly, and memory stays bounded', async () => {
  const fault = `  - when: { prompt: job, from: user, step: 1 }\n    say: x\n    fault: { huge_line: ${100 * 1024 * 1024} }`;
  const { program } = await scene(office(3, fault), { limits: { modelRetries: 0 } });
  const held = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = held();
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, held() - before);
  }, 2);

  await program.say('send all');
  await program.quiet();
  clearInterval(watch);

  const outcomes = (await ends(program)).map(end => end.outcome);
  expect(outcomes).toHaveLength(3);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('a line longer than 16 MB') });
  expect(most).toBeLessThan(3 * 64 * 1024 * 1024);
}, 60_000);

const work = `name: work
replies:
  - when: { contains: work }
    think: let me see
    say: Looking at both now.
    call:
      - { tool: Look, input: { text: a } }
      - { tool: Look, input: { text: b } }
    chunk_chars: 6
default: { say: Going on. }
`;

/** Calls `at` with each event of a dialogue, counted from 1, before anybody else sees it. */
function watched(at: (conversation: string, number: number) => void): (models: Models) => Models {
  return models => ({
    ...models,
    async *stream(request, signal) {
      let number = 0;
      for await (const event of models.stream(request, signal)) {
        number += 1;
        at(request.conversation, number);
        yield event;
      }
    },
  });
}

for (const protocol of protocols) {
  test(`R23 ${protocol}: a turn interrupted at every event goes on with what a strict server takes`, async () => {
    let boundary = 0;
    let events = 0;
    let program: TestProgram | undefined;
    const around = watched((_conversation, number) => {
      events = Math.max(events, number);
      if (number === boundary) program?.chat.session.interrupt();
    });
    const opened = await scene(work, { protocol, around });
    program = opened.program;
    await program.say('work, undisturbed');
    await program.quiet();
    const all = events;

    for (boundary = 1; boundary <= all; boundary += 1) {
      await program.say(`work ${boundary}`);
      await program.quiet();
    }
    boundary = 0;
    await program.say('go on');
    await program.quiet();

    const ended = ofType(await program.entries('main'), 'turn:ended').map(entry => entry.end);
    expect(all).toBeGreaterThan(5);
    expect(ended.filter(end => end === 'interrupted').length).toBeGreaterThanOrEqual(all - 1);
    expect(ended).not.toContain('failed');
    expect(ended.at(-1)).toBe('done');
    expect(opened.server.requests.map(one => one.outcome).filter(outcome => outcome === 400)).toEqual([]);
  });

  test(`R23 ${protocol}: a subagent stopped at every event goes on with what a strict server takes`, async () => {
    let boundary = 0;
    let events = 0;
    let program: TestProgram | undefined;
    let stopping: Promise<unknown> = Promise.resolve();
    const around = watched((conversation, number) => {
      events = Math.max(events, number);
      const id = conversation.split('/')[1] as TaskId; // a dialogue is `<chat>/<lane>`
      if (number === boundary && program) stopping = stop(program, id);
    });
    const stop = (of: TestProgram, id: TaskId) =>
      of.store.write(tx => stopTask(of.chat.working.deps, tx, id, 'enough', 'main'));
    const opened = await scene(work, { protocol, around });
    program = opened.program;
    const { deps } = program.chat.working;
    const { store } = program;
    const spawn = async (prompt: string) => {
      const wanted = {
        ...newTask(opened.world.chatId),
        prompt,
        model: `${protocol}/m`,
        isBackground: true,
        notify: 'none' as const,
      };
      return (await store.write(tx => spawnTask(deps, tx, wanted))).task.id;
    };
    await spawn('work, undisturbed');
    await program.quiet();
    const all = events;

    for (boundary = 1; boundary <= all; boundary += 1) {
      const id = await spawn(`work ${boundary}`);
      await program.quiet();
      await stopping;
      boundary += 1000;
      await store.write(tx => sendToTask(deps, tx, id, 'go on', { lane: 'main' }));
      await program.quiet();
      boundary -= 1000;
    }

    const outcomes = (await program.tasks()).map(task => task.status);
    const stops = (await ends(program)).filter(end => end.outcome.kind === 'stopped');
    expect(all).toBeGreaterThan(5);
    expect(stops.length).toBeGreaterThanOrEqual(all - 1);
    expect(outcomes.every(status => status === 'completed')).toBe(true);
    expect(opened.server.requests.map(one => one.outcome).filter(outcome => outcome === 400)).toEqual([]);
  });
}

test('R24 a subagent whose context overflows is compacted and goes on, and knows the task that it has open', async () => {
  const job = `  - when: { contains: Write a summary }
    say: What was done so far.
  - when: { prompt: job 1, step: 1 }
    say: I send one of my own.
    call: [{ tool: Task, input: { subagent_type: general-purpose, description: The child now, prompt: child, run_in_background: true } }]
  - when: { prompt: job 1, tool: Task }
    fault: overflow
  - when: { prompt: child }
    say: child report`;
  const { program } = await scene(office(1, job));

  await program.say('send all');
  await program.quiet();

  const parent = (await program.tasks()).find(task => task.depth === 1);
  const child = (await program.tasks()).find(task => task.depth === 2);
  if (!parent || !child) throw new Error('there are not two tasks');
  const [compacted] = ofType(await program.entries(parent.id), 'context:compacted');
  expect(compacted?.summary).toContain(child.id);
  expect(parent.status).toBe('completed');
});

test('R24 a subagent that makes the same call again and again is ended with that reason', async () => {
  const job = '  - when: { prompt: job 1 }\n    call: [{ tool: Look, input: { text: same } }]';
  const { world, program } = await scene(office(1, job));

  await program.say('send all');
  await program.quiet();

  expect((await ends(program)).map(end => end.outcome)).toMatchObject([{ kind: 'failed', reason: 'loop' }]);
  expect(world.tools.runs.length).toBeLessThan(limits.sameCallInARow);
  const [told] = ofType(await program.entries('main'), 'notification:delivered');
  expect(told?.text).toContain('the loop was broken');
});
