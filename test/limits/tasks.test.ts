import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import { addTask } from '../../src/tasks/add-task.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { transcriptLinesOf } from '../../src/tasks/transcript.ts';
import { createWorktrees } from '../../src/tasks/worktree.ts';
import { createOffice } from '../fakes/office.ts';
import { createWorld, newTask, ofType, taskNamed, until } from '../fakes/program.ts';
import { createRepository } from '../fakes/repository.ts';
import { cast, latch, onceOpen, says, stepOf, uses } from '../fakes/script-model.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const task = (name: string, more: object = {}) =>
  ['Task', { subagent_type: 'general-purpose', prompt: name, description: name, ...more }] as const;

test('taskDepth bounds subagents of subagents, and says how to raise it', async () => {
  const world = await createWorld(
    cast([uses(task('outer')), says('ok')], {
      outer: request => (stepOf(request) === 0 ? uses(task('inner')) : says('done')),
    }),
    {
      limits: { taskDepth: 1 },
    },
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const outer = await taskNamed(program, 'outer');
  expect(await program.tasks()).toHaveLength(1);
  expect(ofType(await program.entries(outer.id), 'tool:ended')[0]?.text).toContain('task_depth');
});

test('taskAttempts bounds the runs of a task; then it has failed with all the reasons', async () => {
  const world = await createWorld(
    cast([uses(task('work', { run_in_background: true })), says('ok')], { work: onceOpen(latch(), says('never')) }),
    {
      limits: { taskAttempts: 2 },
    },
  );
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const program = await world.open();
    if (attempt === 0) await program.say('go');
    await until(async () => ofType(await program.entries(), 'task:started').length === attempt + 1);
    await program.kill();
  }

  const program = await world.open();
  await program.quiet();

  expect(await taskNamed(program, 'work')).toMatchObject({ status: 'failed', attempt: 3, maxAttempts: 2 });
  expect(ofType(await program.entries(), 'task:ended')[0]?.outcome).toMatchObject({ reason: 'attempts' });
  expect(ofType(await program.entries(), 'task:started')).toHaveLength(2);
});

test('taskTimeoutMs bounds an attempt', async () => {
  const world = await createWorld(cast([uses(task('work')), says('ok')], { work: onceOpen(latch(), says('never')) }), {
    limits: { taskTimeoutMs: 5_000 },
  });
  const program = await world.open();
  const begin = world.clock.monotonic();

  await program.say('go');
  await program.quiet();

  expect((await taskNamed(program, 'work')).outcome).toMatchObject({ kind: 'failed', reason: 'timeout' });
  expect(world.clock.monotonic() - begin).toBeGreaterThanOrEqual(5_000);
});

test('runningTasks bounds the tasks that run at the same time in a process', async () => {
  const hold = latch();
  const names = ['a', 'b', 'c'];
  const work = Object.fromEntries(names.map(name => [name, onceOpen(hold, says(name))]));
  const world = await createWorld(
    cast([uses(...names.map(name => task(name, { run_in_background: true }))), says('ok')], work),
    {
      limits: { runningTasks: 2 },
    },
  );
  const program = await world.open();
  await program.say('go');
  await program.quietButTasks();

  const running = program.chat.working.pool.running().length;
  hold.open();
  await program.quiet();

  expect(running).toBe(2);
  expect((await program.tasks()).map(one => one.status)).toEqual(['completed', 'completed', 'completed']);
});

test('dependencies bounds the tasks that one waits for', async () => {
  const world = await createWorld(() => says('ok'), { limits: { dependencies: 1 } });
  const program = await world.open();
  const { deps } = program.chat.working;
  const spawn = (dependsOn: string[]) =>
    program.store.write(tx =>
      spawnTask(deps, tx, {
        ...newTask(world.chatId),
        isBackground: true,
        notify: 'none',
        dependsOn: dependsOn as never,
      }),
    );

  await expect(spawn(['task_1', 'task_2'])).rejects.toThrow('at most 1');
});

test('descriptionChars bounds the description of a task', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  const wanted = {
    ...newTask(world.chatId),
    description: 'x'.repeat(limits.descriptionChars * 2),
    isBackground: true,
    notify: 'none' as const,
  };

  const { task: made } = await program.store.write(tx => spawnTask(program.chat.working.deps, tx, wanted));

  expect(made.description.length).toBeLessThanOrEqual(limits.descriptionChars);
});

test('metadataBytes bounds the metadata of a task, and tasksPerMinute how many are added', async () => {
  const office = await createOffice();
  const program = await office.program();
  const add = (text: string, metadata = {}) =>
    addTask({ ...program, limits: { ...program.limits, tasksPerMinute: 2 } }, { instruction: text, metadata } as never);

  const large = add('large', { key: 'x'.repeat(limits.metadataBytes) });
  await expect(large).rejects.toThrow('metadata');
  await add('one');
  await add('two');
  await expect(add('three')).rejects.toThrow('2 are allowed');
  await office.close();
});

test('transcriptCallChars and transcriptResultChars bound a line of a transcript', async () => {
  const at = { chatId: 'chat_1', seq: 1, lane: 'task_1', at: 0, turnId: 'turn_1', callId: 'c', tool: 'Bash' };
  const long = 'x'.repeat(10_000);
  const made = { description: 'd', agentType: 'a' } as never; // what these lines need of a task

  const call = transcriptLinesOf(made, {
    ...at,
    type: 'tool:started',
    input: { command: long },
    isReadOnly: false,
  } as never);
  const result = transcriptLinesOf(made, {
    ...at,
    type: 'tool:ended',
    text: long,
    isError: false,
    durationMs: 1,
  } as never);

  expect(call.join('').length).toBeLessThan(limits.transcriptCallChars + 50);
  expect(result.join('').length).toBeLessThan(limits.transcriptResultChars + 50);
});

test('taskListEntries bounds what TaskList shows', async () => {
  const world = await createWorld(cast([uses(['TaskList']), says('ok')]));
  const program = await world.open();
  const { deps } = program.chat.working;
  await program.store.write(async tx => {
    for (let number = 0; number < limits.taskListEntries + 5; number += 1)
      await spawnTask(deps, tx, { ...newTask(world.chatId), isBackground: true, notify: 'none', notBefore: 1e15 });
  });

  await program.say('go');
  await program.quietButTasks();

  const [result] = ofType(await program.entries('main'), 'tool:ended');
  expect(result?.text.split('\n')).toHaveLength(limits.taskListEntries);
});

test('worktreeGitMs ends a git that hangs, and worktreeStatChars bounds the diffstat', async () => {
  const { root } = await createRepository();
  const directory = await temporaryDirectory();
  const files = createNodeFiles();
  const slow = await temporaryDirectory();
  await writeFile(join(slow, 'git'), '#!/bin/sh\nsleep 60\n', { mode: 0o755 });
  const made = (more: object, path = '') =>
    createWorktrees({
      processes: createNodeProcesses(systemClock),
      files,
      directory,
      env: { PATH: `${path}/usr/local/bin:/usr/bin:/bin`, HOME: directory },
      limits: { ...limits, worktreeStatChars: 40, ...more },
    });
  const work = { id: 'task_abcdefgh', description: 'work', spec: { cwd: root } } as never; // what a worktree needs of a task
  const worktrees = made({});
  const place = await worktrees.open(work);
  for (let number = 0; number < 20; number += 1) await files.append(`${place}/file-with-a-long-name-${number}`, 'x\n');

  const said = await worktrees.conclude(work);

  expect(said).toContain('characters left out');
  await expect(made({ worktreeGitMs: 1 }, `${slow}:`).check(root)).rejects.toThrow('git');
}, 60_000);
