import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Entry, EntryType } from '../../src/core/entry.ts';
import { limits } from '../../src/core/limits.ts';
import { expectWithin } from '../fakes/pace.ts';
import { type Latch, latch } from '../fakes/script-model.ts';
import { gather } from './evidence.ts';
import { entriesOf, soundness } from './judge.ts';
import type { Said } from './said.ts';
import { createWorld, type Driver, type World } from './world.ts';

const playbook = `
name: slow
replies:
  - when: { from: user, contains: Hello, step: 1 }
    say: I look.
    call:
      - { tool: Bash, input: { command: 'echo once >> effects.txt', description: Note it } }
  - when: { tool: Bash }
    say: Well met.
`;
/** Shorter than the program's own, for the test's sake. */
const leaseMs = 2_500;

/** The first answer is kept back until a driver has been ended in the middle of waiting for it. */
let answers: Latch;
let world: World;

beforeEach(async () => {
  answers = latch();
  world = await createWorld(playbook, { hold: () => answers.promise });
});
afterEach(() => world.dispose());

const isState =
  (state: string) =>
  (said: Said): said is Extract<Said, { kind: 'state' }> =>
    said.kind === 'state' && said.state === state;
const isEntry =
  (type: EntryType) =>
  (said: Said): said is Extract<Said, { kind: 'entry' }> =>
    said.kind === 'entry' && said.entry.type === type;

async function driverAndViewer(...both: string[]): Promise<{ first: Driver; second: Driver }> {
  const first = world.start(['--say', 'Hello', '--stay', ...both]);
  await first.until(isEntry('turn:started'));
  const second = world.start(both);
  await second.until(isEntry('turn:started'));
  await expect.poll(() => world.server.requests.length).toBe(1);
  return { first, second };
}

/** Stops a process while it holds no lock of the database: one that is stopped in the middle of a commit keeps every other writer out. */
async function stopBetweenCommits({ process }: Driver): Promise<number> {
  for (;;) {
    process.kill('SIGSTOP');
    const since = performance.now();
    if (canWrite()) return since;
    process.kill('SIGCONT');
    // On a busy machine its commit takes a while: stopped again at once, it would never come to the end of it.
    await expect.poll(canWrite).toBe(true);
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

  // The lease of the program is much longer; one look around, and what it takes to begin.
  await expectWithin(4 * limits.recheckMs, async () => {
    first.process.kill('SIGKILL');
    const since = performance.now();
    await second.until(isState('working'));
    return performance.now() - since;
  });
  answers.open();
  await second.until(isState('closed'));

  const entries = await finalEntries();
  expect(entriesOf(entries, 'turn:started')).toHaveLength(1);
  expect(entriesOf(entries, 'turn:ended')).toMatchObject([{ end: 'done' }]);
  expect(entriesOf(entries, 'model:answered').map(entry => entry.text)).toEqual(['I look.', 'Well met.']);
});

test('R12 the driver of a chat is stopped: it is replaced after its lease, and what it wrote later is refused', async () => {
  const { first, second } = await driverAndViewer('--lease-ms', `${leaseMs}`);

  await expectWithin(leaseMs + 1_000, async () => {
    const since = await stopBetweenCommits(first);
    await second.until(isState('working'));
    return performance.now() - since;
  });
  answers.open();
  await second.until(isState('closed'));
  const saidBefore = first.said.length;
  first.process.kill('SIGCONT');
  await first.until(
    (said): said is Extract<Said, { kind: 'state' }> =>
      first.said.indexOf(said) >= saidBefore && said.kind === 'state' && said.state === 'idle',
  );

  const entries = await finalEntries();
  expect(entriesOf(entries, 'turn:started')).toHaveLength(1);
  expect(entriesOf(entries, 'turn:ended')).toMatchObject([{ end: 'done' }]);
  expect(entriesOf(entries, 'model:answered').map(entry => entry.text)).toEqual(['I look.', 'Well met.']);
  const [before, after] = [isState('working'), isState('idle')].map(is => first.said.findLast(is)?.worker);
  expect(after).not.toBe(before);
});
