import { optionsOf, wholeNumber } from '../command-line.ts';
import { type Planned, plansOf, runCampaign, summaryOf, type Tally } from './campaign.ts';
import { callsInScenario, systemCalls } from './points.ts';

/**
 * `node test/crash/rounds.ts [--rounds 200] [--seed S] [--parallel 2]`: rounds with one or two kills each, at random points.
 * `node test/crash/rounds.ts --writes [--step 1]`: one kill at each write of database and transcripts, one after the other (R1).
 * The last line sums up, also after an interruption. Exit code 1 when a round showed a problem, 130 after an interruption.
 */
const { values } = optionsOf({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    parallel: { type: 'string', default: '2' },
    writes: { type: 'boolean', default: false },
    step: { type: 'string', default: '1' },
  },
});
const seed = wholeNumber('seed', values.seed, 0);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(signal));

const tally = await runCampaign({
  plans: values.writes
    ? everyWrite(wholeNumber('step', values.step))
    : plansOf(seed, wholeNumber('rounds', values.rounds)),
  parallel: wholeNumber('parallel', values.parallel),
  signal: stop.signal,
  onProblem({ points }, problems) {
    console.log(`at ${JSON.stringify(points.map(({ point }) => point))}:`);
    for (const { kind, text } of problems) console.log(`  ${kind}: ${text}`);
  },
  // Whatever ends this process, the last hundred is known.
  onRound: so => so.rounds % 100 === 0 && console.log(lineOf(so)),
});
console.log(lineOf(tally));
if (stop.signal.aborted) process.exitCode = 130;
else process.exitCode = tally.wrong.size > 0 ? 1 : 0;

function lineOf(of: Tally): string {
  const cut = stop.signal.aborted ? ' (interrupted)' : '';
  return `${summaryOf(of)}; ${values.writes ? `every ${values.step}. write` : `seed ${seed}`}${cut}`;
}

function* everyWrite(step: number): Generator<Planned> {
  for (const name of systemCalls)
    for (let n = 1; n <= callsInScenario[name]; n += step)
      yield { points: [{ trigger: name, point: { at: name, n } }], delayMs: () => 0 };
}
