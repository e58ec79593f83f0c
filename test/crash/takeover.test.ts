import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Entry, EntryType } from '../../src/core/entry.ts';
import { limits } from '../../src/core/limits.ts';
import { gather } from './evidence.ts';
import { entriesOf, soundness } from './judge.ts';
import type { Said } from './said.ts';
import { createWorld, type Driver, type World } from './world.ts';

/** The first answer takes so long that a driver can be ended in the middle of it. */
const playbook = `
name: slow
replies:
  - when: { from: user, contains: Hello, step: 1 }
    say: I look.
    delay_ms: 2500
    call:
      - { tool: Bash, input: { command: 'echo once >> effects.txt', description: Note it } }
  - when: { tool: Bash }
    say: Well met.
    delay_ms: 400
`;
/** Shorter than the program's own, for the test's sake. */
const leaseMs = 1_500;

let world: World;
const drivers: Driver[] = [];

beforeEach(async () => {
  world = await createWorld(playbook);
});
afterEach(async () => {
  for (const { process } of drivers.splice(0)) {
    process.kill('SIGCONT');
    process.kill('SIGKILL');
  }
  await world.dispose();
});

function start(args: readonly string[]): Driver {
  const driver = world.start(args);
  drivers.push(driver);
  return driver;
}

const isState =
  (state: string) =>
  (said: Said): said is Extract<Said, { kind: 'state' }> =>
    said.kind === 'state' && said.state === state;
const isEntry =
  (type: EntryType) =>
  (said: Said): said is Extract<Said, { kind: 'entry' }> =>
    said.kind === 'entry' && said.entry.type === type;

async function driverAndViewer(...both: string[]): Promise<{ first: Driver; second: Driver }> {
  const first = start(['--say', 'Hello', '--stay', ...both]);
  await first.until(isEntry('turn:started'));
  const second = start(both);
  await second.until(isEntry('turn:started'));
  return { first, second };
}

/** Stops a process while it holds no lock of the database: one that is stopped in the middle of a commit keeps every other writer out. */
async function stopBetweenCommits({ process }: Driver): Promise<number> {
  for (;;) {
    process.kill('SIGSTOP');
    const since = performance.now();
    if (canWrite()) return since;
    process.kill('SIGCONT');
    await setImmediate();
  }
}

/** Whether the lock of writers is to be had within a moment. */
function canWrite(): boolean {
  const database = new Database(world.database, { timeout: 300 });
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  } finally {
    database.close();
  }
}

async function finalEntries(): Promise<readonly Entry[]> {
  const evidence = await gather(world);
  expect(evidence && soundness(evidence)).toEqual([]);
  expect(evidence?.effects).toEqual(['once']);
  return evidence?.entries ?? [];
}

test('R12 the driver of a chat is killed: another program that has it open takes over at once', async () => {
  const { first, second } = await driverAndViewer();

  first.process.kill('SIGKILL');
  const since = performance.now();
  await second.until(isState('working'));
  const tookMs = performance.now() - since;
  await second.until(isState('closed'));

  // The lease of the program is much longer; one look around, and room for a busy machine.
  expect(tookMs).toBeLessThan(3 * limits.recheckMs);
  const entries = await finalEntries();
  expect(entriesOf(entries, 'turn:started')).toHaveLength(1);
  expect(entriesOf(entries, 'turn:ended')).toMatchObject([{ end: 'done' }]);
  expect(entriesOf(entries, 'model:answered').map(entry => entry.text)).toEqual(['I look.', 'Well met.']);
}, 30_000);

test('R12 the driver of a chat is stopped: it is replaced after its lease, and what it wrote later is refused', async () => {
  const { first, second } = await driverAndViewer('--lease-ms', `${leaseMs}`);

  const since = await stopBetweenCommits(first);
  await second.until(isState('working'));
  const tookMs = performance.now() - since;
  await second.until(isState('closed'));
  const saidBefore = first.said.length;
  first.process.kill('SIGCONT');
  await first.until(
    (said): said is Extract<Said, { kind: 'state' }> =>
      first.said.indexOf(said) >= saidBefore && said.kind === 'state' && said.state === 'idle',
  );

  // The lease and a second, and another for a machine that is busy with other tests.
  expect(tookMs).toBeLessThan(leaseMs + 2_000);
  const entries = await finalEntries();
  expect(entriesOf(entries, 'turn:started')).toHaveLength(1);
  expect(entriesOf(entries, 'turn:ended')).toMatchObject([{ end: 'done' }]);
  expect(entriesOf(entries, 'model:answered').map(entry => entry.text)).toEqual(['I look.', 'Well met.']);
  const [before, after] = [isState('working'), isState('idle')].map(is => first.said.findLast(is)?.worker);
  expect(after).not.toBe(before);
}, 90_000);
