import { check, type Violation } from './check/index.ts';
import { mutants } from './mutants.ts';
import { runSeed } from './run-seed.ts';
import { createSqliteDatabases } from './stores.ts';
import { textOf } from './text-of.ts';

/** What a stretch of seeds amounts to. */
export type Sum = {
  seeds: number;
  /** Ends of tasks, kills and stops of programs, steps of the scheduler. */
  ends: number;
  kills: number;
  stops: number;
  steps: number;
  /** Seeds that also ran on SQLite, and that ran twice. */
  onSqlite: number;
  twice: number;
  failures: Failure[];
};
export type Failure = { readonly seed: number; readonly violations: readonly Violation[] };

export const emptySum = (): Sum => ({
  seeds: 0,
  ends: 0,
  kills: 0,
  stops: 0,
  steps: 0,
  onSqlite: 0,
  twice: 0,
  failures: [],
});

/** Of so many seeds one also runs on SQLite, and another one twice; their histories are the same byte for byte. */
const everyNth = 50;

export type Stretch = { readonly from: number; readonly count: number; readonly mutant?: string | undefined };

export async function runStretch({ from, count, mutant }: Stretch): Promise<Sum> {
  const sum = emptySum();
  const databases = await createSqliteDatabases();
  try {
    for (let seed = from; seed < from + count; seed += 1) {
      sum.seeds += 1;
      const violations = await runOne(sum, seed, mutant, databases).catch(thrown);
      if (violations.length > 0) sum.failures.push({ seed, violations });
    }
  } finally {
    await databases.close();
  }
  return sum;
}

async function runOne(
  sum: Sum,
  seed: number,
  name: string | undefined,
  databases: Awaited<ReturnType<typeof createSqliteDatabases>>,
): Promise<Violation[]> {
  const mutant = name === undefined ? undefined : mutants[name];
  const run = await runSeed(seed, { mutant });
  const violations = check(run.history);
  if (mutant === undefined && seed % everyNth === 0) {
    const database = await databases.make();
    const same = await runSeed(seed, { database });
    await database.close();
    sum.onSqlite += 1;
    if (textOf(same.history) !== textOf(run.history))
      violations.push({ rule: 'nothingWentWrong', what: 'on SQLite it has another history' });
  }
  if (mutant === undefined && seed % everyNth === 1) {
    sum.twice += 1;
    if (textOf((await runSeed(seed)).history) !== textOf(run.history))
      violations.push({ rule: 'nothingWentWrong', what: 'run again it has another history' });
  }
  sum.ends += run.ends;
  sum.kills += run.kills;
  sum.stops += run.stops;
  sum.steps += run.steps;
  return violations;
}

function thrown(error: unknown): Violation[] {
  return [{ rule: 'nothingWentWrong', what: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
}
