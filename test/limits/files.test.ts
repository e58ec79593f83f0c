import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDefinition } from '../../src/agents/definition.ts';
import { limits } from '../../src/core/limits.ts';
import { createAttempts } from '../../src/models/playbook/attempts.ts';
import { parsePlaybook } from '../../src/models/playbook/parse.ts';
import { openFileLog } from '../../src/platform/file-log.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { vitals } from '../../src/platform/vitals.ts';
import { readJsonSource } from '../../src/settings/json-source.ts';
import { withLock } from '../../src/settings/lock.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { requestOf, user } from '../fakes/conversation.ts';
import { createOffice } from '../fakes/office.ts';
import { until } from '../fakes/program.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const definition = (header: string) => `---\nname: one\ndescription: Does it.\n${header}\n---\n\nYou do it.\n`;
const parse = async (header: string) =>
  (await parseDefinition('one.md', definition(header), { knownTools: [], kind: 'user' })).problems
    .map(problem => problem.message)
    .join('\n');

test('workspacesRemembered bounds the workspaces in memory; the one read longest ago is read again', async () => {
  const office = await createOffice();
  const { base } = await office.program();
  const folder = async (number: number) => {
    const path = join(office.root, `w${number}`);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'AGENTS.md'), 'before');
    return path;
  };
  const first = await folder(0);
  await base.surroundings(first);
  await writeFile(join(first, 'AGENTS.md'), 'after');
  const kept = (await base.surroundings(first)).memory;

  for (let number = 1; number <= limits.workspacesRemembered; number += 1)
    await base.surroundings(await folder(number));
  const again = (await base.surroundings(first)).memory;
  await office.close();

  expect(kept).toContain('before');
  expect(again).toContain('after');
});

test('definitionHeaderChars bounds the header of a definition', async () => {
  expect(await parse(`# ${'x'.repeat(limits.definitionHeaderChars)}`)).toContain(`${limits.definitionHeaderChars}`);
});

test('definitionHeaderDepth bounds the nesting of that header', async () => {
  const deep = `hooks: ${'['.repeat(limits.definitionHeaderDepth + 1)}${']'.repeat(limits.definitionHeaderDepth + 1)}`;

  expect(await parse(deep)).toContain(`at most ${limits.definitionHeaderDepth}`);
});

test('definitionAliases bounds the aliases of that header', async () => {
  const many = (count: number) => `hooks:\n  a: &a [x]\n  b: [${Array.from({ length: count }, () => '*a').join(', ')}]`;

  expect(await parse(many(limits.definitionAliases - 1))).not.toContain('cannot be read');
  expect(await parse(many(limits.definitionAliases * 200))).toContain('cannot be read');
});

test('definitionTimeoutMs bounds the time that a definition may set', async () => {
  const seconds = limits.definitionTimeoutMs / 1_000;

  expect(await parse(`timeout: ${seconds}s`)).toBe('');
  expect(await parse(`timeout: ${seconds + 1}s`)).toContain('timeout');
});

test('playbookAliases bounds the aliases of a playbook', () => {
  const list = Array.from({ length: limits.playbookAliases * 200 }, () => '*a').join(', ');
  const bomb = `name: t\nreplies: []\ndefault: { say: &a [x], call: [${list}] }\n`;

  expect(() => parsePlaybook(bomb, 'bomb.yaml')).toThrow('bomb.yaml');
});

test('playbookAttempts bounds the requests that are remembered; the one made longest ago fails anew', () => {
  const attempts = createAttempts(limits.playbookAttempts);
  const fault = { kind: 'reset_before', value: true, times: 1 } as const;
  const ask = (number: number) => attempts.faultNow(fault, requestOf([user(`${number}`)]));
  ask(0);
  const remembered = ask(0);

  for (let number = 1; number <= limits.playbookAttempts; number += 1) ask(number);

  expect(remembered).toBeUndefined();
  expect(ask(0)).toBe(fault);
});

test('settingsDepth bounds the nesting of settings', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  expect(() => readJsonSource(nested(limits.settingsDepth))).not.toThrow();
  expect(() => readJsonSource(nested(limits.settingsDepth + 2))).toThrow(`${limits.settingsDepth} levels`);
});

/** A lock that another process holds; `pauses` are the waits between two tries for it. */
async function lockedSettings() {
  const root = await temporaryDirectory();
  const clock = createFakeClock(Date.now());
  const pauses: number[] = [];
  const file = join(root, 'settings.json');
  const lock = join(root, '.settings.json.lock');
  await mkdir(lock);
  await writeFile(join(lock, 'held'), '');
  const watched = {
    ...clock,
    sleep(ms: number, options: object = {}) {
      pauses.push(ms);
      return clock.sleep(ms, options);
    },
  };
  const random = { ...systemRandom, next: () => 1 };
  const deps = { files: createNodeFiles(), clock: watched, random, pid: 1, host: 'test', isAlive: () => true };
  return { clock, lock, pauses, run: () => withLock(deps, file, async () => 'mine') };
}

test('settingsLockMs bounds the wait for a lock that lives, and settingsLockTryMs each pause of it', async () => {
  const { clock, lock, pauses, run } = await lockedSettings();
  const failed = run().catch(error => String(error));
  let text: string | undefined;
  void failed.then(value => {
    text = value;
  });

  for (let passed = 0; passed < limits.settingsLockMs + 10_000 && text === undefined; passed += 500) {
    await utimes(join(lock, 'held'), new Date(clock.now()), new Date(clock.now()));
    await clock.advance(500);
    await new Promise(resolve => setImmediate(resolve));
  }

  expect(clock.monotonic()).toBeGreaterThanOrEqual(limits.settingsLockMs);
  expect(await failed).toContain('held by another process');
  expect(Math.max(...pauses)).toBe(limits.settingsLockTryMs);
});

test('settingsLockStaleMs is the age at which a lock that was left behind is taken away', async () => {
  const { clock, lock, run } = await lockedSettings();
  const old = new Date(clock.now() - limits.settingsLockStaleMs - 1_000);
  await utimes(join(lock, 'held'), old, old);
  let result: string | undefined;
  void run().then(value => {
    result = value;
  });

  await until(async () => {
    await clock.advance(50);
    return result !== undefined;
  });

  expect(result).toBe('mine');
});

test('logBytes bounds the log; the one that was full is kept beside it', async () => {
  const path = join(await temporaryDirectory(), 'legwork.log');
  await writeFile(path, Buffer.alloc(limits.logBytes + 1, 'x'));
  const log = openFileLog(path, 'warn');

  log.warn('a new line');
  await log.close();

  expect(await readFile(path, 'utf8')).toContain('a new line');
  expect((await stat(path)).size).toBeLessThan(1_000);
  expect((await stat(`${path}.1`)).size).toBe(limits.logBytes + 1);
});

test('logBytes bounds the log also while two programs that never end write it', async () => {
  const path = join(await temporaryDirectory(), 'legwork.log');
  const logs = [openFileLog(path, 'info'), openFileLog(path, 'info')];
  const line = 'x'.repeat(limits.logBytes / 50);

  for (let number = 0; number < 200; number += 1) {
    for (const log of logs) log.warn(line);
    await Promise.all(logs.map(log => log.close()));
  }

  for (const file of [path, `${path}.1`]) expect((await stat(file)).size).toBeLessThan(1.5 * limits.logBytes);
}, 60_000);

test('linksFollowed bounds the links of a path that leads to nothing', async () => {
  const root = await temporaryDirectory();
  const files = createNodeFiles();
  const link = (number: number) => join(root, `l${number}`);
  for (let number = 0; number <= limits.linksFollowed + 1; number += 1) await symlink(link(number + 1), link(number));

  await expect(files.realPath(link(0))).rejects.toThrow();
  expect(await files.realPath(link(5))).toBe(link(limits.linksFollowed + 2));
});

test('logBacklogChars bounds what waits for a log whose disk is full', async () => {
  const mount = await temporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount]);
  const path = join(mount, 'legwork.log');
  const log = openFileLog(path, 'warn', () => undefined);
  try {
    for (let number = 0; number < 20; number += 1) log.warn('x'.repeat(10_000));
    await log.close();
    const before = vitals().heapBytes;

    for (let number = 0; number < 1_000; number += 1) {
      log.warn(`${number} ${'y'.repeat(limits.logBacklogChars / 8)}`);
      await log.close();
    }

    // Without a bound they would be 32 MB, and copies of them.
    expect(vitals().heapBytes - before).toBeLessThan(limits.logBacklogChars * 20);
    expect((await stat(path)).size).toBeLessThanOrEqual(64 * 1024);
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});
