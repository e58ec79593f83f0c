import { join } from 'node:path';
import type { Ground } from '../core/ground.ts';
import { limits } from '../core/limits.ts';
import type { Part } from './part.ts';
import { calm, type Plan, stormy } from './plan.ts';
import { playRound, type Round } from './round.ts';
import type { Said } from './said.ts';
import { seeded, wholeBetween } from './seeded.ts';
import { setStage } from './stage.ts';
import { addTallies, type Tally, tally } from './tally.ts';

export type ChaosOptions = {
  readonly part: Part;
  /** What the primary agent's model is called in the log. */
  readonly model: string;
  readonly seed: number;
  /** Rounds are played until both are reached. */
  readonly rounds: number;
  readonly untilMs: number;
  /** A folder whose copy is worked in; absent: an empty one. */
  readonly workspace: string | undefined;
  /** More arguments of every process: rules. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly onRound: (number: number) => void;
};

export type ChaosReport = {
  readonly seed: number;
  readonly rounds: number;
  readonly durationMs: number;
  readonly remarks: readonly string[];
  readonly tally: Tally;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly unwoken: readonly string[];
  readonly leaked: readonly string[];
  /** Processes that ended otherwise than planned. */
  readonly broken: readonly string[];
  /** What each chat left behind in the heap of one process. */
  readonly heapPerChatBytes: number;
  /** Folders of the rounds in which something went wrong. */
  readonly kept: readonly string[];
};

/**
 * Plays the part once undisturbed, several times in one process, to learn its length and what it leaves behind; then in rounds, each on a store
 * of its own, under faults and crashes that the seed chooses. When it is told to end it reports the rounds that were whole.
 */
export async function runChaos(ground: Ground, options: ChaosOptions): Promise<ChaosReport> {
  const { seed, rounds, untilMs, signal, onRound } = options;
  const begin = ground.clock.monotonic();
  const base = { handle: '', model: options.model, prompts: [...options.part.prompts] };
  const first = await oneRound(ground, options, [{ ...base, seed, odds: calm, chats: limits.chaosChats }]);
  const vitals = first.round.lives.flat().filter(one => one.kind === 'vitals');
  const steps = Math.max(1, Math.round(stepsOf(first.round) / limits.chaosChats));
  const heapPerChatBytes = heapGrowth(vitals);
  let report: ChaosReport = {
    ...first.report,
    seed,
    rounds: 0,
    durationMs: 0,
    leaked: [...first.report.leaked, ...leaksOf(vitals, heapPerChatBytes)],
    heapPerChatBytes,
  };
  const isOver = () =>
    report.broken.length > 0 || (report.rounds >= rounds && ground.clock.monotonic() - begin >= untilMs);
  while (!isOver()) {
    onRound(report.rounds + 1);
    const plans = crashPlans(ground, seed + report.rounds, steps).map(plan => ({ ...base, ...plan }));
    const next = await unlessAborted(oneRound(ground, options, plans), signal);
    if (!next) break;
    report = merged(report, next.report);
  }
  return { ...report, durationMs: ground.clock.monotonic() - begin };
}

/** Undefined when it was told to end before: what was found by then is told all the same. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** One or more processes that die on the way and one that does not, all under faults. */
function crashPlans(ground: Ground, seed: number, steps: number): Omit<Plan, 'handle' | 'model' | 'prompts'>[] {
  const next = seeded(seed);
  const most = Math.min(limits.chaosCrashes, ground.limits.taskAttempts - 1);
  const deaths = Array.from({ length: most < 1 ? 0 : wholeBetween(next, 1, most) }, () => wholeBetween(next, 1, steps));
  return [...deaths, undefined].map((dieAt, index) => ({
    seed: seed * 31 + index,
    odds: stormy,
    chats: 1,
    ...(dieAt === undefined ? {} : { dieAt }),
  }));
}

type Played = { readonly round: Round; readonly report: RoundReport };
type RoundReport = Omit<ChaosReport, 'seed' | 'rounds' | 'durationMs' | 'heapPerChatBytes'>;

async function oneRound(ground: Ground, options: ChaosOptions, plans: readonly Plan[]): Promise<Played> {
  const stage = await setStage(ground, options.workspace);
  const playbook = join(stage.root, 'playbook.yaml');
  let isGood = false;
  try {
    await ground.files.writeAtomic(playbook, options.part.playbook);
    const ready = plans.map(plan => ({ ...plan, handle: `playbook/${playbook}` }));
    const round = await playRound(ground, stage, ready, options);
    const { verdict, leaks, broken } = round;
    const leaked = [
      ...leaks.processes.map(process => `a process still runs: ${process}`),
      ...leaks.files.map(file => `a file was left over: ${file}`),
    ];
    isGood = [...Object.values(verdict), leaked, broken].every(list => list.length === 0);
    const kept = isGood ? [] : [stage.root];
    return {
      round,
      report: { ...verdict, leaked, broken, kept, remarks: stage.remarks, tally: tally(round, ground.costOf) },
    };
  } finally {
    if (isGood || options.signal.aborted) await ground.files.remove(stage.root);
  }
}

function merged(report: ChaosReport, next: RoundReport): ChaosReport {
  return {
    ...report,
    rounds: report.rounds + 1,
    tally: addTallies(report.tally, next.tally),
    lost: both(report.lost, next.lost),
    doubled: both(report.doubled, next.doubled),
    unwoken: both(report.unwoken, next.unwoken),
    leaked: both(report.leaked, next.leaked),
    broken: both(report.broken, next.broken),
    kept: both(report.kept, next.kept),
  };
}

function both(before: readonly string[], more: readonly string[]): string[] {
  return [...before, ...more].slice(0, limits.chaosFindings);
}

function stepsOf({ lives }: Round): number {
  const last = lives.flat().findLast(one => one.kind === 'done');
  return last?.kind === 'done' ? last.steps : 0;
}

type VitalsSaid = Extract<Said, { kind: 'vitals' }>;

/** From the second chat on: the first loads what is loaded once. */
function heapGrowth(vitals: readonly VitalsSaid[]): number {
  const [, from, ...rest] = vitals;
  const to = rest.at(-1);
  return from && to ? Math.max(0, (to.heapBytes - from.heapBytes) / rest.length) : 0;
}

function leaksOf(vitals: readonly VitalsSaid[], heapPerChatBytes: number): string[] {
  const [, from, ...rest] = vitals;
  const to = rest.at(-1);
  const handles = Object.entries(to?.handles ?? {}).filter(([kind, count]) => count > (from?.handles[kind] ?? 0));
  return [
    ...handles.map(([kind, count]) => `handles of kind ${kind} grew from ${from?.handles[kind] ?? 0} to ${count}`),
    ...(heapPerChatBytes > limits.chaosLeakBytes
      ? [`each chat left ${Math.round(heapPerChatBytes)} bytes in the heap`]
      : []),
  ];
}
