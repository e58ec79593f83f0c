import { parseArgs } from 'node:util';
import { systemCalls } from './points.ts';
import { type KillPoint, runRound } from './round.ts';

/** `node test/crash/rounds.ts [--rounds 500] [--seed 1] [--parallel 2]`: rounds with one or two kills each, at random points. Exit code 1 when one of them shows a problem. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    parallel: { type: 'string', default: '2' },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
let next = 0;
let kills = 0;
let failures = 0;
console.log(`seed ${seed}`);
await Promise.all(Array.from({ length: Number(values.parallel) }, work));
console.log(`${rounds} rounds, ${kills} kills, ${failures} with problems`);
process.exitCode = failures > 0 ? 1 : 0;

async function work(): Promise<void> {
  while (next < rounds) {
    const round = next;
    next += 1;
    const points = pointsOf(round);
    const result = await runRound(points);
    kills += result.kills;
    if (result.problems.length === 0) continue;
    failures += 1;
    console.log(`round ${round}: ${JSON.stringify(points)}`);
    for (const problem of result.problems) console.log(`  ${problem}`);
  }
}

/** The same for the same seed and round, in whatever order rounds are run. */
function pointsOf(round: number): KillPoint[] {
  const random = mulberry32(seed * 100_003 + round);
  const upTo = (n: number) => 1 + Math.floor(random() * n);
  // A third one could use up the attempts of a task, which then fails as it should.
  return Array.from({ length: upTo(2) }, () => {
    const kind = upTo(10);
    if (kind <= 4) return { at: 'entry', n: upTo(50) };
    if (kind <= 5) return { at: 'request', n: upTo(12) };
    if (kind <= 6) return { at: 'reply', n: upTo(12) };
    const call = systemCalls[upTo(systemCalls.length) - 1] ?? systemCalls[0];
    return { at: call.name, n: upTo(call.count) };
  });
}

/** A small generator of random numbers in [0, 1), by Tommy Ettinger (public domain). */
function mulberry32(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
