import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDetached } from '../../src/platform/detach.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const start = (folder: string, args: readonly string[], command = process.execPath) =>
  startDetached({ command, args, cwd: folder, logOf: pid => join(folder, 'logs', `${pid}.log`), kept: 3 });

test('S17 what a process says that outlives us goes to a file of its own, by its number', async () => {
  const folder = await temporaryDirectory();

  const { pid, log } = await start(folder, ['-e', 'console.log("out"); console.error("err " + process.pid)']);

  expect(log).toBe(join(folder, 'logs', `${pid}.log`));
  await expect.poll(() => readFile(log, 'utf8')).toBe(`out\nerr ${pid}\n`);
  expect(await readdir(join(folder, 'logs'))).toEqual([`${pid}.log`]);
});

test('R43 only its user can read the log', async () => {
  const folder = await temporaryDirectory();

  const { log } = await start(folder, ['-e', '']);

  expect((await stat(log)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'logs'))).mode & 0o777).toBe(0o700);
});

test('the oldest logs make room for the newest', async () => {
  const folder = await temporaryDirectory();
  await start(folder, ['-e', '']);
  const logs = join(folder, 'logs');
  for (const [index, name] of ['b.log', 'a.log', 'c.log'].entries()) {
    await writeFile(join(logs, name), '');
    await utimes(join(logs, name), index + 1, index + 1);
  }

  const { pid } = await start(folder, ['-e', '']);

  const left = await readdir(logs);
  expect(left).toHaveLength(3);
  expect(left).toContain(`${pid}.log`);
  expect(left).toContain('c.log');
});

test('S17 a log that another process takes away meanwhile is no reason not to start', async () => {
  const folder = await temporaryDirectory();
  const logs = join(folder, 'logs');
  await mkdir(logs);
  // Listed, and not there when it is looked at.
  for (const name of ['a.log', 'b.log', 'c.log']) await symlink(join(folder, 'gone'), join(logs, name));

  const { pid } = await start(folder, ['-e', '']);

  expect(await readdir(logs)).toContain(`${pid}.log`);
});

test('what cannot be started is said, and leaves no log', async () => {
  const folder = await temporaryDirectory();

  const started = start(folder, [], join(folder, 'missing'));

  await expect(started).rejects.toMatchObject({ fault: 'store', message: expect.stringContaining('ENOENT') });
  expect(await readdir(join(folder, 'logs'))).toEqual([]);
});
