import { expect, test } from 'vitest';
import { check } from './check/index.ts';
import { runFarm } from './farm.ts';
import { mutants } from './mutants.ts';
import { runStretch } from './run-many.ts';
import { runSeed } from './run-seed.ts';
import { createSqliteDatabases } from './stores.ts';
import { textOf } from './text-of.ts';

test('R6 R8 the same seed gives the same history, byte for byte, and another one gives another', async () => {
  const lines: string[][] = [[], []];

  const [first, second] = [await runSeed(7, { onNote: lines[0]?.push.bind(lines[0]) }), await runSeed(7)];
  const third = await runSeed(7, { onNote: lines[1]?.push.bind(lines[1]) });
  const other = await runSeed(8);

  expect(textOf(second)).toBe(textOf(first));
  expect(textOf(third)).toBe(textOf(first));
  expect(lines[0]?.length).toBeGreaterThan(10);
  expect(lines[1]).toEqual(lines[0]);
  expect(textOf(other)).not.toBe(textOf(first));
});

test('R6 R8 on SQLite a seed has the history that it has in memory', async () => {
  const databases = await createSqliteDatabases();
  try {
    for (const seed of [1, 2, 3]) {
      const database = await databases.make();
      const onDisk = await runSeed(seed, { database });
      await database.close();

      expect(textOf(onDisk.history)).toBe(textOf((await runSeed(seed)).history));
    }
  } finally {
    await databases.close();
  }
});

test('R6 many processes find what one finds', async () => {
  const signal = new AbortController().signal;
  const options = { from: 1, jobs: 2, mutant: 'leave-children', stopsAtFailure: false, signal };

  const together = await runFarm({ ...options, seeds: 130, onProgress: () => undefined });

  expect(together).toEqual(await runStretch({ from: 1, count: 130, mutant: 'leave-children' }));
  expect(together.failures.length).toBeGreaterThan(0);
});

/** Each is shown by one seed in two to fifty: that none of so many shows one is less likely than one in a hundred thousand. */
const mostSeeds = 600;

test.each(Object.entries(mutants))('R6 R8 the simulation sees the mutant %s', async (_, mutant) => {
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const violations = check((await runSeed(seed, { mutant })).history);
    if (!violations.some(({ rule }) => rule === mutant.seenBy)) continue;
    expect(check((await runSeed(seed)).history)).toEqual([]);
    return;
  }
  expect.unreachable(`${mutant.about}: not seen within ${mostSeeds} seeds`);
});
