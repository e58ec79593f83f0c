import { expect, test } from 'vitest';
import { systemCalls } from './points.ts';
import { type KillPoint, type RoundResult, runRound } from './round.ts';

/** As many at a time as leave other tests room on two cores. */
const atATime = 2;
/** Dozens of processes, some of them traced. */
const slow = 300_000;

/** `count` numbers from 1 to `last`, evenly apart. */
function spread(count: number, last: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (last - 1)) / (count - 1)));
}

async function killAt(points: readonly KillPoint[]): Promise<{ kills: number; problems: string[] }> {
  const results: (RoundResult & { point: KillPoint })[] = [];
  const queue = [...points];
  const work = async () => {
    for (let point = queue.shift(); point; point = queue.shift()) results.push({ ...(await runRound([point])), point });
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return {
    kills: results.reduce((sum, result) => sum + result.kills, 0),
    problems: results.flatMap(({ point, problems }) => problems.map(problem => `${JSON.stringify(point)}: ${problem}`)),
  };
}

test(
  'R1 killed after any committed entry, the next start loses nothing and repeats nothing',
  async () => {
    const { kills, problems } = await killAt(spread(17, 49).map(n => ({ at: 'entry', n })));

    expect(problems).toEqual([]);
    expect(kills).toBe(17);
  },
  slow,
);

test.for(systemCalls)(
  'R1 killed on entering a call of $name, the next start loses nothing and repeats nothing',
  { timeout: slow },
  async ({ name, count }) => {
    const { kills, problems } = await killAt(spread(13, Math.floor(count * 0.9)).map(n => ({ at: name, n })));

    expect(problems).toEqual([]);
    expect(kills).toBeGreaterThanOrEqual(10);
  },
);

test(
  'R6 killed where a completion travels to its owner, the owner hears of it once',
  async () => {
    const { kills, problems } = await killAt([
      // The child is done; its end and the owner's inbox row are committed; the owner wakes; the message is in its lane; the owner is asked; it answers.
      { at: 'type', type: 'turn:ended', n: 2 },
      { at: 'type', type: 'task:ended', n: 1 },
      { at: 'type', type: 'task:ended', n: 2 },
      { at: 'type', type: 'turn:started', n: 4 },
      { at: 'type', type: 'notification:delivered', n: 1 },
      ...([8, 9, 10] as const).flatMap(n => [{ at: 'request', n } as const, { at: 'reply', n } as const]),
    ]);

    expect(problems).toEqual([]);
    expect(kills).toBe(11);
  },
  slow,
);
