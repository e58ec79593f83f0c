import { check } from './check/index.ts';
import { runSeed } from './run-seed.ts';

process.on('unhandledRejection', error => {
  console.log('UNHANDLED', error);
  process.exit(1);
});
const [from = 1, count = 1, trace] = process.argv.slice(2).map(Number);
const t = performance.now();
let bad = 0,
  ends = 0,
  steps = 0,
  entries = 0,
  commits = 0;
for (let seed = from; seed < from + count; seed++) {
  const run = await runSeed(seed, trace ? line => console.log(line) : undefined);
  ends += run.ends;
  steps += run.steps;
  entries += run.history.end.entries.length;
  commits += run.history.commits.length;
  const wrong = check(run.history);
  if (wrong.length) {
    bad++;
    console.log(
      seed,
      wrong.slice(0, 3).map(w => `${w.rule}: ${w.what.slice(0, 300)}`),
    );
  }
}
const ms = performance.now() - t;
console.log({
  perSeedMs: ms / count,
  ends: ends / count,
  steps: steps / count,
  entries: entries / count,
  commits: commits / count,
});
