import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shortId } from '../../src/core/ids.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until, type World } from '../fakes/program.ts';
import { createRepository } from '../fakes/repository.ts';
import { cast, type Reply, type Script, says, stepOf, uses } from '../fakes/script-model.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const call = uses([
  'Task',
  { subagent_type: 'general-purpose', prompt: 'work', description: 'Fix the file', isolation: 'worktree' },
]);

async function open(cwd: string, work: Script | Reply, mode: 'accept-edits' | 'bypass' = 'bypass') {
  const world = await createWorld(cast([call, says('ok')], { work }), { cwd });
  const program = await world.open({ policy: { mode, rules: [], roots: [cwd] } });
  return { world, program };
}

async function played(cwd: string, work: Script | Reply, mode?: 'accept-edits') {
  const { world, program } = await open(cwd, work, mode);
  await program.say('go');
  await program.quiet();
  const [result] = ofType(await program.entries('main'), 'tool:ended');
  return { world, program, text: result?.text ?? '' };
}

async function placeOf(world: World, program: TestProgram): Promise<{ place: string; branch: string }> {
  const short = shortId((await taskNamed(program, 'Fix the file')).id);
  return { place: join(world.root, 'state', 'worktrees', short), branch: `legwork/${short}` };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const save: Script = request =>
  stepOf(request) === 0
    ? uses(['Save', { path: 'a.txt', text: 'changed\n' }], ['Save', { path: 'new.txt', text: 'new\n' }])
    : says('Fixed.');

describe('isolation: worktree', () => {
  test('a task works on a branch of its own, and its result names it with what changed', async () => {
    const { root, git } = await createRepository();

    const { world, program, text } = await played(root, save);

    const { place, branch } = await placeOf(world, program);
    expect(text).toContain(`Fixed.\n\nWorktree: branch ${branch} in ${place}\n`);
    expect(text).toMatch(/a\.txt +\| 2 \+-\n +new\.txt \| 1 \+\n 2 files changed, 2 insertions\(\+\), 1 deletion\(-\)/);
    expect(await git('show', `${branch}:a.txt`)).toBe('changed');
    expect(await git('log', '-1', '--format=%s|%an', branch)).toBe('Fix the file|Legwork');
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('a\n');
    expect(await git('status', '--porcelain')).toBe('');
    expect(await exists(place)).toBe(true);
  });

  test('its worktree is its workspace for permissions', async () => {
    const { root, git } = await createRepository();

    const { world, program } = await played(root, save, 'accept-edits');

    const { branch } = await placeOf(world, program);
    expect(await git('show', `${branch}:new.txt`)).toBe('new');
  });

  test('a worktree without a change is removed with its branch', async () => {
    const { root, git } = await createRepository();

    const { world, program, text } = await played(root, says('Nothing to do.'));
    await until(() => program.chat.working.pool.running().length === 0);

    const { place } = await placeOf(world, program);
    expect(text).toContain('Nothing to do.\n\nWorktree: nothing was changed.');
    expect(await exists(place)).toBe(false);
    expect(await git('branch', '--list', 'legwork/*')).toBe('');
    expect(await git('for-each-ref', 'refs/legwork-base')).toBe('');
    expect((await git('worktree', 'list')).split('\n')).toHaveLength(1);
  });

  test('a task made in a folder of the repository works in that folder', async () => {
    const { root } = await createRepository();

    const { world, program } = await played(join(root, 'sub'), request =>
      stepOf(request) === 0 ? uses(['Save', { path: 'b.txt', text: 'changed\n' }]) : says('Fixed.'),
    );

    const { place } = await placeOf(world, program);
    expect(await readFile(join(place, 'sub', 'b.txt'), 'utf8')).toBe('changed\n');
  });

  test.each([
    ['outside of a repository', async () => temporaryDirectory(), 'needs a git repository'],
    ['without a commit', async () => (await createRepository({ isEmpty: true })).root, 'needs a commit to begin with'],
  ])('%s: a clear error, and nothing is stored', async (_, make, message) => {
    const { program, text } = await played(await make(), save);

    expect(text).toMatch(new RegExp(`^Error: isolation "worktree" ${message}`));
    expect(await program.tasks()).toEqual([]);
  });

  test('what a failed task had done is committed too', async () => {
    const { root, git } = await createRepository();

    const { world, program, text } = await played(root, request =>
      stepOf(request) === 0 ? uses(['Save', { path: 'a.txt', text: 'half\n' }]) : { fails: 'auth', message: 'no key' },
    );

    const { branch } = await placeOf(world, program);
    expect(text).toContain('Error: no key');
    expect(text).toContain(`Worktree: branch ${branch}`);
    expect(await git('show', `${branch}:a.txt`)).toBe('half');
  });

  test('what a stopped task had done is kept where it is', async () => {
    const { root } = await createRepository();
    const { world, program } = await open(root, request =>
      stepOf(request) === 0 ? uses(['Save', { path: 'a.txt', text: 'half\n' }]) : uses(['Slow', { text: 's' }]),
    );
    await program.say('go');
    await until(() => world.tools.runs.length === 2);
    const task = await taskNamed(program, 'Fix the file');

    await program.store.write(tx => stopTask(program.chat.working.deps, tx, task.id, 'enough'));
    await program.quiet();

    const { place } = await placeOf(world, program);
    expect(await readFile(join(place, 'a.txt'), 'utf8')).toBe('half\n');
  });

  test('after a crash the task finds its worktree again', async () => {
    const { root, git } = await createRepository();
    const { world, program: first } = await open(
      root,
      request =>
        [
          uses(['Save', { path: 'a.txt', text: 'one\n' }]),
          uses(['Slow', { text: 's' }]),
          uses(['Save', { path: 'c.txt', text: 'two\n' }]),
        ][stepOf(request)] ?? says('Fixed.'),
    );
    await first.say('go');
    await until(() => world.tools.runs.length === 2);
    await first.kill();

    const second = await world.open({ policy: { mode: 'bypass', rules: [], roots: [root] } });
    await second.quiet();

    const { branch } = await placeOf(world, second);
    expect(await git('show', `${branch}:a.txt`)).toBe('one');
    expect(await git('show', `${branch}:c.txt`)).toBe('two');
  });

  test('hooks of the repository are not run', async () => {
    const { root } = await createRepository();
    for (const hook of ['post-checkout', 'pre-commit', 'post-commit'])
      await writeFile(join(root, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${root}/../ran-${shortId(root)}\n`, {
        mode: 0o755,
      });

    await played(root, save);

    expect(await exists(join(root, '..', `ran-${shortId(root)}`))).toBe(false);
  });

  test("eight at once do not get in one another's way", async () => {
    const { root, git } = await createRepository();
    const calls = Array.from(
      { length: 8 },
      (_, index) =>
        [
          'Task',
          {
            subagent_type: 'general-purpose',
            prompt: `work ${index}`,
            description: `Fix ${index}`,
            isolation: 'worktree',
          },
        ] as const,
    );
    const world = await createWorld(cast([uses(...calls), says('ok')], { work: save }), { cwd: root });
    const program = await world.open({ policy: { mode: 'bypass', rules: [], roots: [root] } });

    await program.say('go');
    await program.quiet();

    expect((await program.tasks()).map(task => [task.status, task.outcome])).toEqual(
      calls.map(() => ['completed', expect.objectContaining({ kind: 'completed' })]),
    );
    expect((await git('branch', '--list', 'legwork/*')).split('\n')).toHaveLength(8);
  });
});
