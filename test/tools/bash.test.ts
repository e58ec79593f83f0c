import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import { createWorkspace } from '../fakes/workspace.ts';

const outputOf = (text: string) => /^Output file: (.*?)(?: \(|$)/m.exec(text)?.[1] ?? '';
const shellOf = (text: string) => /shell ID: (\S+)/.exec(text)?.[1] ?? '';

test('Bash returns output and exit code, for the model and for people, and leaves no file', async () => {
  const { use, root } = await createWorkspace();

  const good = await use('Bash', { command: 'echo out; echo err >&2' });
  const bad = await use('Bash', { command: 'exit 3' });

  expect(good).toMatchObject({
    text: 'out\nerr\n[exit code 0]',
    isError: false,
    display: { kind: 'command', exitCode: 0, reason: 'exited' },
  });
  expect(bad).toMatchObject({ text: '[exit code 3]', isError: true });
  expect(await readdir(join(root, 'state/commands/chat_1'))).toEqual([]);
});

test('R37 a command sees the given environment and nothing of the program, in the workspace, without input', async () => {
  const { use, cwd } = await createWorkspace({ env: { GIVEN: 'yes' } });

  const result = await use('Bash', { command: 'pwd; cat; env | cut -d= -f1 | sort | tr "\\n" " "' });

  expect(result.text).toMatch(new RegExp(`^${cwd}\nGIVEN LEGWORK_CALL PATH PWD SHLVL _ `));
});

test('neither directory nor variables last from call to call', async () => {
  const { use, cwd } = await createWorkspace();

  await use('Bash', { command: 'cd /; X=1; export X' });
  const result = await use('Bash', { command: 'echo "$PWD $X"' });

  expect(result.text).toBe(`${cwd} \n[exit code 0]`);
});

test('R11 long output is cut in the middle and its file has all of it, for its user alone', async () => {
  const { use, root } = await createWorkspace();

  const result = await use('Bash', { command: 'echo first; head -c 1000000 /dev/zero | tr "\\0" x; echo; echo last' });

  const file = outputOf(result.text);
  expect(result.text).toMatch(
    /^first\nx+\n\[… 7\d{5} bytes and \d+ characters left out; the output file has them …\]\nx+\nlast\nOutput file: .*\n\[exit code 0\]$/,
  );
  expect(result.text.length).toBeLessThan(31_000);
  expect((await readFile(file)).length).toBe(1_000_000 + 'first\n\nlast\n'.length);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(root, 'state/commands/chat_1'))).mode & 0o777).toBe(0o700);
});

test('R11 binary and invalid output is valid text', async () => {
  const { use } = await createWorkspace();

  const result = await use('Bash', { command: 'head -c 20000 /dev/urandom' });

  expect(result.text.isWellFormed()).toBe(true);
  expect(result.isError).toBe(false);
});

test('a command that takes too long keeps what it said', async () => {
  const { use } = await createWorkspace();

  const result = await use('Bash', { command: 'echo begun; sleep 600', timeout_ms: 1_500 });

  expect(result).toMatchObject({
    isError: true,
    text: 'begun\n[ended after 1500 ms: it took too long. Set timeout_ms, or run_in_background]',
  });
});

test('output is shown while the command runs', async () => {
  const { use, path } = await createWorkspace();
  const shown: string[] = [];
  const first = Promise.withResolvers<void>();

  const running = use(
    'Bash',
    { command: 'echo one; until [ -e go ]; do sleep 0.02; done; echo two' },
    {
      progress: text => {
        shown.push(text);
        first.resolve();
      },
    },
  );
  await first.promise;
  await use('Bash', { command: `touch ${path('go')}` });
  await running;

  expect(shown).toEqual(['one\n', 'two\n']);
});

test('Bash reads only when its command surely does and stays in front', async () => {
  const { toolNamed, cwd } = await createWorkspace();
  const { accessOf, subjects } = toolNamed('Bash');

  const access = [
    { command: 'ls', run_in_background: false },
    { command: 'ls', run_in_background: true },
    { command: 'rm x', run_in_background: false },
  ].map(given => accessOf?.(given, cwd));

  expect(access).toEqual(['read', 'execute', 'execute']);
  expect(subjects?.({ command: 'rm x' }, cwd)).toEqual(['rm x']);
});

test('a background shell is read piece by piece, each lane on its own, and its end is told', async () => {
  const { use, path } = await createWorkspace();

  const started = await use('Bash', {
    command: 'echo one; until [ -e go ]; do sleep 0.02; done; printf "tw\\xc3\\xb6"; exit 4',
    run_in_background: true,
  });
  const shell_id = shellOf(started.text);
  await expect.poll(() => readFile(outputOf(started.text), 'utf8').catch(() => '')).toBe('one\n');
  const first = await use('BashOutput', { shell_id });
  const none = await use('BashOutput', { shell_id });
  await use('Bash', { command: `touch ${path('go')}` });
  await expect
    .poll(
      async () => (await use('BashOutput', { shell_id }, { chatId: 'chat_1' as ChatId, lane: 'task_9' as never })).text,
    )
    .toContain('exit code 4');
  const last = await use('BashOutput', { shell_id });

  expect(first.text).toBe('Status: running\none');
  expect(none.text).toBe('Status: running\n[No new output]');
  expect(last.text).toBe('Status: ended with exit code 4\ntwö');
});

test('KillShell ends a background shell with all that it started, and says so of one that was over', async () => {
  const { use } = await createWorkspace();
  const started = await use('Bash', { command: 'sleep 333 & echo $!; wait', run_in_background: true });
  const shell_id = shellOf(started.text);
  await expect.poll(() => readFile(outputOf(started.text), 'utf8').catch(() => '')).toMatch(/^\d+\n$/);
  const pid = Number(await readFile(outputOf(started.text), 'utf8'));

  const killed = await use('KillShell', { shell_id });
  const again = await use('KillShell', { shell_id });

  expect([killed.text, again.text]).toEqual([`${shell_id}: stopped.`, `${shell_id} was already over: stopped.`]);
  await expect
    .poll(() =>
      readFile(`/proc/${pid}/stat`, 'latin1').then(
        text => text.split(' ')[2],
        () => 'Z',
      ),
    )
    .toBe('Z');
});

test('R17 all background shells end with the session', async () => {
  const { use, toolbox } = await createWorkspace();
  const ids = await Promise.all(
    [1, 2].map(async () =>
      shellOf((await use('Bash', { command: "trap '' TERM; sleep 334", run_in_background: true })).text),
    ),
  );

  await toolbox.dispose();

  const states = await Promise.all(ids.map(async shell_id => (await use('BashOutput', { shell_id })).text));
  expect(new Set(ids).size).toBe(2);
  for (const state of states) expect(state).toContain('Status: stopped');
});

test('a background shell belongs to its chat', async () => {
  const { use } = await createWorkspace();
  const shell_id = shellOf((await use('Bash', { command: 'sleep 335', run_in_background: true })).text);

  const other = await use('BashOutput', { shell_id }, { chatId: 'chat_2' as ChatId });
  const unknown = await use('KillShell', { shell_id: 'shell_x' });

  expect(other).toMatchObject({
    isError: true,
    text: expect.stringMatching(/There is no background shell .* Known: none\.$/),
  });
  expect(unknown).toMatchObject({ isError: true, text: expect.stringContaining(`Known: ${shell_id}.`) });
});

test('ids of chats and calls cannot lead the output elsewhere', async () => {
  const { use, root } = await createWorkspace();

  const result = await use(
    'Bash',
    { command: 'head -c 100000 /dev/zero | tr "\\0" x' },
    { callId: '../../../../x', chatId: '../up' as ChatId },
  );

  expect(outputOf(result.text)).toBe(join(root, 'state/commands/___up/turn_1-____________x.log'));
});
