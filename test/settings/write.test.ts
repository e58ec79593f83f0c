import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { isProcessAlive } from '../../src/platform/process-alive.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { writeSetting } from '../../src/settings/write.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const run = promisify(execFile);
const deps = {
  files: createNodeFiles(),
  clock: systemClock,
  random: systemRandom,
  pid: process.pid,
  host: 'here',
  isAlive: isProcessAlive,
};
let folder = '';
beforeEach(async () => {
  folder = await temporaryDirectory();
});

test('R5 settings written by 20 processes × 200 updates stay valid and lose nothing', {
  timeout: 300_000,
}, async () => {
  const file = join(folder, 'settings.json');
  const child = join(import.meta.dirname, 'write-child.ts');
  let isOver = false;
  const watch = async () => {
    let reads = 0;
    while (!isOver) {
      const text = await readFile(file, 'utf8').catch(() => '{}');
      JSON.parse(text);
      reads += 1;
      await systemClock.sleep(50);
    }
    return reads;
  };
  const watching = watch();

  await Promise.all(Array.from({ length: 20 }, (_, index) => run(process.execPath, [child, file, `p${index}`, '200'])));
  isOver = true;

  const settings = JSON.parse(await readFile(file, 'utf8'));
  expect(await watching).toBeGreaterThan(0);
  expect(Object.keys(settings.concurrency.per_model)).toHaveLength(4_000);
  expect(settings.concurrency.per_model['p7/199']).toBe(200);
  expect(await readdir(folder)).toEqual(['settings.json']);
});

test('R43 a new settings file is for its owner alone', async () => {
  const file = join(folder, 'config', 'settings.json');

  await writeSetting(deps, file, ['model'], 'anthropic/x');

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'config'))).mode & 0o777).toBe(0o700);
});

test('what else stands in the file stays, in its order', async () => {
  const file = join(folder, 'settings.json');
  await writeFile(file, '{"mine": {"a": [1, 2]}, "model": "a/b", "theme": "dark"}');

  await writeSetting(deps, file, ['model'], 'c/d');
  await writeSetting(deps, file, ['theme'], undefined);
  await writeSetting(deps, file, ['permissions', 'mode'], 'plan');

  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text)).toEqual({ mine: { a: [1, 2] }, model: 'c/d', permissions: { mode: 'plan' } });
  expect(text.indexOf('mine')).toBeLessThan(text.indexOf('model'));
});

test.each<[string, string, unknown, string]>([
  ['{"theme": "dark"}', 'theme', 'green', 'was not changed'],
  ['{"theme": "dark"}', 'them', 'dark', 'was not changed'],
  ['{broken', 'theme', 'dark', ':1:'],
])('a write that would not be valid leaves %j as it is', async (before, key, value, message) => {
  const file = join(folder, 'settings.json');
  await writeFile(file, before);

  const write = writeSetting(deps, file, [key], value);

  await expect(write).rejects.toThrow(message);
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await readdir(folder)).toEqual(['settings.json']);
});

/** A lock from long ago, held by that process of that machine. */
async function putLock(file: string, holder: string): Promise<string> {
  const lock = join(folder, `.${basename(file)}.lock`);
  await mkdir(lock);
  await writeFile(join(lock, 'held'), `${holder}\n`);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(lock, 'held'), longAgo, longAgo);
  return lock;
}

test.each([
  ['a dead process', () => `${spawnSync('true').pid} here`],
  ['a process of another machine', () => `${process.pid} elsewhere`],
  ['nobody knows who', () => ''],
])('a lock that %s left behind is taken away', async (_, holder) => {
  const file = join(folder, 'settings.json');
  await putLock(file, holder());

  await writeSetting(deps, file, ['theme'], 'dark');

  expect(await readdir(folder)).toEqual(['settings.json']);
});

test('R5 a lock whose process lives is waited for, however long that one is stopped', async () => {
  const file = join(folder, 'settings.json');
  const lock = await putLock(file, `${process.pid} here`);

  const write = writeSetting(deps, file, ['theme'], 'dark');
  await expect.poll(hasLookedAtLock).toBe(true);
  const before = await readdir(lock);
  await rm(lock, { recursive: true });
  await write;

  expect(before).toEqual(['held']);
  expect(await readdir(folder)).toEqual(['settings.json']);

  /** Each look makes the file of the one that waits longer. */
  async function hasLookedAtLock(): Promise<boolean> {
    const mine = (await readdir(folder)).find(name => name.startsWith(`${basename(lock)}-`));
    return mine !== undefined && (await readFile(join(folder, mine, 'held'), 'utf8')).endsWith('\n.');
  }
});
