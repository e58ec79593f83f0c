import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../src/store/rows.ts';
import { sendToTask } from '../../src/tasks/resume-task.ts';
import { createWorld, type TestProgram, taskNamed, until } from '../fakes/program.ts';
import { cast, type Reply, type Script, says, stepOf, uses } from '../fakes/script-model.ts';

const call = uses([
  'Task',
  { subagent_type: 'general-purpose', prompt: 'work on it', description: 'Work', run_in_background: true },
]);
const play = (work: Script | Reply) => cast([call, says('ok'), says('heard')], { work });

/** Plays a task to its end; the program is closed, so its file is whole. */
async function played(
  work: Script | Reply,
  limits = {},
): Promise<{ program: TestProgram; task: Task; text: string; path: string }> {
  const world = await createWorld(play(work), { limits });
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  const task = await taskNamed(program, 'Work');
  const path = program.base.transcripts.path(task);
  await program.chat.close();
  return { program, task, path, text: await readFile(path, 'utf8') };
}

describe('what stands in it', () => {
  test('S26 head, prompt, calls with short results, header, report and end', async () => {
    const { text, task } = await played(request =>
      stepOf(request) === 0
        ? { text: 'Looking.', calls: [{ tool: 'Look', input: { text: 'x' } }] }
        : says('Found.\nIn two lines.'),
    );

    expect(text.split('\n')).toEqual([
      '[Task started: Work]',
      '[subagent_type: general-purpose]',
      '',
      'work on it',
      '',
      'Looking.',
      '[tool] Look({"text":"x"})',
      '[result] Look: saw x',
      'Found.',
      'In two lines.',
      '',
      `subagent_type=general-purpose task_id=${task.id} agent_id=${task.agentId} conversation_id=${task.conversationId}`,
      '',
      'Found.',
      'In two lines.',
      '[Task completed]',
      '',
    ]);
  });

  test('S26 a failed task ends with its error', async () => {
    const { text } = await played({ fails: 'auth', message: 'the key was refused' });

    expect(text.split('\n').slice(-3)).toEqual(['[error] the key was refused', '[Task failed]', '']);
  });

  test('S28 control sequences are escaped and known secrets are gone', async () => {
    const key = `sk-ant-${'a1B2'.repeat(8)}`;
    const { text } = await played(says(`\u001b]0;owned\u0007 \u009b31m \u202e ${key} https://u:secret@host/`));

    expect(text).toContain('\\x1b]0;owned\\x07 \\x9b31m \\u{202e} [redacted] https://u:[redacted]@host/');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('R43 folder and file are private', async () => {
    const { path } = await played(says('done'));

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });
});

describe('S26 S27 as the work goes', () => {
  test('S26 lines come while the work goes, whole lines only', async () => {
    const world = await createWorld(
      play(request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done'))),
    );
    const program = await world.open();
    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    const path = program.base.transcripts.path(await taskNamed(program, 'Work'));
    const now = () => readFile(path, 'utf8').catch(() => '');

    await until(async () => (await now()).endsWith('[tool] Slow({"text":"s"})\n'));
    world.tools.release('s');
    await program.quiet();
    await until(async () => (await now()).endsWith('[Task completed]\n'));
  });

  test('S26 after a crash the file goes on under [attempt 2]', async () => {
    const world = await createWorld(
      play(request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done'))),
    );
    const first = await world.open();
    await first.say('go');
    await until(() => world.tools.runs.length === 1);
    await first.kill();
    const second = await world.open();

    await second.quiet();
    const task = await taskNamed(second, 'Work');
    await second.chat.close();

    const text = await readFile(second.base.transcripts.path(task), 'utf8');
    expect(text).toContain('\n[attempt 2]\n[result] Slow failed: Interrupted, outcome unknown');
    expect(text.match(/\[Task started/g)).toHaveLength(1);
    expect(await rebuilt(second, task)).toBe(text);
  });

  test('S27 a rebuild is what was followed, byte for byte', async () => {
    const { program, task, text } = await played(request =>
      stepOf(request) < 20 ? uses(['Look', { text: `${stepOf(request)} \u{1f600}` }], ['Broken']) : says('done'),
    );

    expect(await rebuilt(program, task)).toBe(text);
  });

  test('S27 a task that goes on after its end stays one file in order', async () => {
    const world = await createWorld(play(request => says(`report ${stepOf(request)}`)));
    const program = await world.open();
    await program.say('go');
    await program.quiet();
    const task = await taskNamed(program, 'Work');

    for (const text of ['once more', 'and again']) {
      await program.store.write(tx => sendToTask(program.chat.working.deps, tx, task.id, text, { lane: 'main' }));
      await program.quiet();
    }
    await program.chat.close();

    const text = await readFile(program.base.transcripts.path(task), 'utf8');
    expect(text.match(/\[Task completed\]/g)).toHaveLength(3);
    expect(text.indexOf('[attempt 2]')).toBeLessThan(text.indexOf('[message from main] once more'));
    expect(await rebuilt(program, task)).toBe(text);
  });

  test.each(['torn', 'foreign', 'gone'])(
    'R3 a file that is %s is made good from the log when the task goes on',
    async how => {
      const world = await createWorld(play(request => (stepOf(request) === 0 ? uses(['Look']) : says('done'))));
      const program = await world.open();
      await program.say('go');
      await program.quiet();
      const task = await taskNamed(program, 'Work');
      const path = program.base.transcripts.path(task);
      await program.close();
      const whole = await readFile(path, 'utf8');
      if (how === 'torn') await writeFile(path, whole.slice(0, whole.length / 2));
      if (how === 'foreign') await writeFile(path, 'something else');
      if (how === 'gone') await writeFile(path, '');

      const second = await world.open();
      await second.store.write(tx => sendToTask(second.chat.working.deps, tx, task.id, 'go on', { lane: 'main' }));
      await second.quiet();
      await second.chat.close();

      const text = await readFile(path, 'utf8');
      expect(text.startsWith(whole)).toBe(true);
      expect(await rebuilt(second, task)).toBe(text);
    },
  );

  test('a file that cannot be written is said in the log, and the task goes on', async () => {
    const world = await createWorld(
      play(request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done'))),
    );
    const program = await world.open();
    await writeFile(`${world.root}/transcripts`, 'a file where the folder should be');
    world.tools.release('s');

    await program.say('go');
    await program.quiet();

    expect((await taskNamed(program, 'Work')).status).toBe('completed');
    await program.chat.close();
    expect(world.logged.join('\n')).toContain('a transcript could not be written');
  });
});

describe('S28 a file that would be too long', () => {
  const long = (request: Parameters<Script>[0]) =>
    stepOf(request) < 60
      ? {
          text: `step ${stepOf(request)} ${'x'.repeat(500)}`,
          calls: [{ tool: 'Look', input: { text: `${stepOf(request)}` } }],
        }
      : says('the end');

  test('S28 keeps head and tail by whole lines, marks the cut, and is never longer than the limit', async () => {
    const { program, task, text, path } = await played(long, { transcriptBytes: 10_000 });

    expect((await stat(path)).size).toBeLessThanOrEqual(10_000);
    expect(text.startsWith('[Task started: Work]\n')).toBe(true);
    expect(text.endsWith('the end\n[Task completed]\n')).toBe(true);
    expect(text.match(/^\[… \d+ bytes left out; .* …\]$/gm)).toHaveLength(1);
    expect(text).toMatch(/^step 0 x{500}$/m);
    expect(await rebuilt(program, task)).toBe(text);
  });

  test('S28 a single line that is too long is cut as well', async () => {
    const { text, path } = await played(says('y\u{1f600}'.repeat(20_000)), { transcriptBytes: 10_000 });

    expect((await stat(path)).size).toBeLessThanOrEqual(10_000);
    expect(text.isWellFormed()).toBe(true);
    expect(text.endsWith('[Task completed]\n')).toBe(true);
  });
});

async function rebuilt(program: TestProgram, task: Task): Promise<string> {
  return readFile(await program.base.transcripts.rebuild(task), 'utf8');
}
