import { type KillPoint, type Trigger, triggers } from './points.ts';
import type { Problem, ProblemKind } from './problem.ts';
import { type RoundResult, runRound } from './round.ts';

export type Tally = {
  rounds: number;
  kills: number;
  readonly hits: Map<string, number>;
  readonly wrong: Map<ProblemKind, number>;
};

export type Planned = {
  readonly points: readonly { readonly trigger: string; readonly point: KillPoint }[];
  readonly delayMs: () => number;
};
type Options = {
  readonly plans: Iterable<Planned>;
  readonly parallel: number;
  readonly onProblem: (plan: Planned, problems: readonly Problem[]) => void;
  readonly onRound?: (tally: Tally) => void;
  readonly signal?: AbortSignal;
};

/** Runs rounds, so many at a time, and counts. After an abort nothing begins, and what is under way does not count: its processes may have got the signal too. */
export async function runCampaign({ plans, parallel, onProblem, onRound, signal }: Options): Promise<Tally> {
  const tally: Tally = { rounds: 0, kills: 0, hits: new Map(), wrong: new Map() };
  const left = plans[Symbol.iterator]();
  const work = async () => {
    for (let next = left.next(); !next.done && !signal?.aborted; next = left.next()) {
      const result = await runRound(
        next.value.points.map(({ point }) => point),
        next.value.delayMs,
      );
      if (signal?.aborted) return;
      count(tally, next.value, result);
      if (result.problems.length > 0) onProblem(next.value, result.problems);
      onRound?.(tally);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return tally;
}

function count(tally: Tally, { points }: Planned, { killed, problems }: RoundResult): void {
  tally.rounds += 1;
  tally.kills += killed.length;
  for (const { trigger, point } of points) if (killed.includes(point)) addTo(tally.hits, trigger);
  for (const { kind } of problems) addTo(tally.wrong, kind);
}

function addTo<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One line for people and for `grep`. */
export function summaryOf({ rounds, kills, hits, wrong }: Tally): string {
  const points = [...hits].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, times]) => `${name} ${times}`);
  const of = (kind: ProblemKind) => wrong.get(kind) ?? 0;
  return (
    `${rounds} rounds, ${kills} kills (${points.join(', ')}): ${of('lost')} lost, ${of('doubled')} doubled, ` +
    `${of('unwoken')} unwoken, ${of('leftover')} leftovers, ${of('broken')} broken`
  );
}

/** Round after round with one or two kills each, and answers that take some milliseconds: the same for the same seed and round, in whatever order they run. */
export function* plansOf(seed: number, rounds: number): Generator<Planned> {
  for (let round = 0; round < rounds; round += 1) {
    const random = mulberry32(seed * 100_003 + round);
    const upTo = (n: number) => 1 + Math.floor(random() * n);
    // A third one could use up the attempts of a task, which then fails as it should.
    const points = Array.from({ length: upTo(2) }, () => {
      const trigger = names[upTo(names.length) - 1] ?? 'entry';
      return { trigger, point: triggers[trigger](upTo) };
    });
    yield { points, delayMs: () => (upTo(3) === 1 ? upTo(20) : 0) };
  }
}

// The keys of a literal are what its type says.
const names = Object.keys(triggers) as Trigger[];

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
