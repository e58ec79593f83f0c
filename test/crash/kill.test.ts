import { expect, test } from 'vitest';
import { type Planned, plansOf, runCampaign, summaryOf } from './campaign.ts';
import { callsInScenario, type KillPoint, systemCalls } from './points.ts';

/** As many at a time as leave other tests room on two cores. */
const parallel = 2;
/** Dozens of processes, some of them traced. */
const slow = 300_000;

/** `count` numbers from 1 to `last`, evenly apart. */
function spread(count: number, last: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (last - 1)) / (count - 1)));
}

async function campaign(plans: Iterable<Planned>) {
  const wrong: string[] = [];
  const tally = await runCampaign({
    plans,
    parallel,
    onProblem({ points }, problems) {
      const at = JSON.stringify(points.map(({ point }) => point));
      wrong.push(...problems.map(({ kind, text }) => `${kind} at ${at}: ${text}`));
    },
  });
  return { tally, wrong };
}

function oneKillEach(points: readonly KillPoint[]): Planned[] {
  return points.map(point => ({ points: [{ trigger: point.at, point }], delayMs: () => 0 }));
}

test(
  'R1 killed after any committed entry, the next start loses nothing and repeats nothing',
  async () => {
    const { tally, wrong } = await campaign(oneKillEach(spread(12, 49).map(n => ({ at: 'entry', n }))));

    expect(wrong).toEqual([]);
    expect(tally.kills).toBe(12);
  },
  slow,
);

test.for(systemCalls)(
  'R1 killed at the nth call of %s, for a share of all n, the next start loses nothing and repeats nothing',
  { timeout: slow },
  async name => {
    const last = callsInScenario[name];
    const points = spread(Math.min(14, last), last > 10 ? Math.floor(last * 0.9) : last).map(n => ({ at: name, n }));

    const { tally, wrong } = await campaign(oneKillEach(points));

    expect(wrong).toEqual([]);
    expect(tally.kills).toBeGreaterThanOrEqual(Math.floor(points.length * 0.7));
  },
);

test('R6 200 rounds: killed once or twice where the end of a task travels to its owner, the owner hears of it once', async () => {
  const seed = Date.now() % 1_000_000;

  const { tally, wrong } = await campaign(plansOf(seed, 200));

  expect(wrong, `node test/crash/rounds.ts --rounds 200 --seed ${seed}: ${summaryOf(tally)}`).toEqual([]);
  expect(tally.rounds).toBe(200);
  expect(tally.kills).toBeGreaterThan(200);
}, 600_000);
