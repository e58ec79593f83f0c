// `npm run sim -- --seeds N [--from S] [--jobs J] [--mutant name]`, and `-- --seed S [--trace] [--sqlite]` for one of them.
import { availableParallelism } from 'node:os';
import { endWithReader, optionsOf, refuse, wholeNumber } from '../command-line.ts';
import { check } from './check/index.ts';
import { runFarm } from './farm.ts';
import { mutants } from './mutants.ts';
import type { Failure, Sum } from './run-many.ts';
import { runSeed } from './run-seed.ts';
import { createSqliteDatabases } from './stores.ts';

endWithReader();
const { values } = optionsOf({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    mutant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    sqlite: { type: 'boolean', default: false },
  },
});
const { mutant } = values;
if (mutant !== undefined && !Object.hasOwn(mutants, mutant))
  refuse(`there is no mutant "${mutant}"; there are: ${Object.keys(mutants).join(', ')}`);
if (values.seed === undefined && (values.trace || values.sqlite)) refuse('--trace and --sqlite need --seed');

if (values.seed === undefined) await runMany();
else await runOne(wholeNumber('seed', values.seed));

async function runOne(seed: number): Promise<void> {
  const onNote = values.trace ? (line: string) => console.log(line) : undefined;
  const databases = values.sqlite ? await createSqliteDatabases() : undefined;
  const database = await databases?.make();
  const run = await runSeed(seed, {
    onNote,
    mutant: mutant === undefined ? undefined : mutants[mutant],
    ...(database === undefined ? {} : { database }),
  });
  await database?.close();
  await databases?.close();
  report({ seed, violations: check(run.history) });
}

async function runMany(): Promise<void> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1_000;
  let shownAt = 0;
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const sum = await runFarm({
    from: wholeNumber('from', values.from),
    seeds: wholeNumber('seeds', values.seeds),
    jobs: wholeNumber('jobs', values.jobs),
    mutant,
    stopsAtFailure: mutant !== undefined,
    signal: stopping.signal,
    onProgress(so) {
      if (seconds() - shownAt < 10) return;
      shownAt = seconds();
      console.log(summary(so, seconds()));
    },
  });
  for (const failure of sum.failures.slice(0, mutant === undefined ? 20 : 1)) report(failure);
  console.log(summary(sum, seconds()));
  console.log(`${sum.seeds - sum.failures.length} passed, ${sum.failures.length} failed`);
  if (sum.failures.length > 0) process.exitCode = 1;
  else if (stopping.signal.aborted) process.exitCode = 130;
}

function summary(sum: Sum, seconds: number): string {
  const many = (count: number, what: string) => `${count.toLocaleString('en')} ${what}`;
  return [
    `${many(sum.seeds, 'seeds')} (${(sum.seeds / seconds).toFixed(0)}/s)`,
    many(sum.ends, 'ends of tasks'),
    many(sum.kills, 'crashes'),
    many(sum.stops, 'stops'),
    many(sum.steps, 'steps'),
    many(sum.onSqlite, 'also on SQLite'),
    many(sum.twice, 'twice'),
    many(sum.failures.length, 'failures'),
  ].join(', ');
}

function report({ seed, violations }: Failure): void {
  if (violations.length === 0) return void console.log(`seed ${seed}: nothing is wrong`);
  console.log(`seed ${seed}:`);
  for (const { rule, what } of violations.slice(0, 12)) console.log(`  ${rule}: ${what.slice(0, 1_000)}`);
  console.log(`  again: npm run sim -- --seed ${seed}${mutant === undefined ? '' : ` --mutant ${mutant}`} --trace`);
  process.exitCode = 1;
}
