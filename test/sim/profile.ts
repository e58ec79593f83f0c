import type { Limits } from '../../src/core/limits.ts';
import { limits as standardLimits } from '../../src/core/limits.ts';
import type { Prng } from './prng.ts';

/** What kind of world a seed makes: each leaves out much, so that what is left meets often. */
export type Profile = {
  readonly chats: number;
  /** Programs at a time. */
  readonly programs: number;
  readonly hosts: 1 | 2;
  /** Things that users and fate do before all is let come to rest. */
  readonly actions: number;
  readonly pauseMs: number;
  readonly latency: 'none' | 'short' | 'long' | 'ragged';
  readonly model: 'quick' | 'slow';
  /** Share of the hints from other processes that are lost. */
  readonly lostHints: number;
  readonly mode: 'bypass' | 'accept-edits';
  readonly answers: 'soon' | 'late' | 'never';
  readonly contextWindow: number;
  readonly callIds: 'unique' | 'numbered';
  /** The model makes one and the same call over and over. */
  readonly isLoopy: boolean;
  readonly tasks: number;
  readonly replies: number;
  /** Of all commits, after how many the program is gone. */
  readonly killsPerCommit: number;
  readonly fate: Readonly<Record<Fate, number>>;
  readonly runBudget: number | undefined;
  readonly schedules: number;
  readonly limits: Limits;
};

type Fate = 'kill' | 'stop' | 'close' | 'open' | 'jump' | 'nothing';

export function drawProfile(prng: Prng): Profile {
  const isCalm = prng.chance(0.1);
  const often = (weight: number) => (isCalm || prng.chance(0.4) ? 0 : weight);
  return {
    chats: prng.chance(0.25) ? 2 : 1,
    programs: prng.pick([1, 1, 2, 2, 3]),
    hosts: prng.chance(0.2) ? 2 : 1,
    actions: prng.int(4, 14),
    pauseMs: prng.pick([100, 600, 2_500, 6_000]),
    latency: prng.pick(['none', 'short', 'short', 'long', 'ragged']),
    model: prng.pick(['quick', 'slow']),
    lostHints: prng.pick([0, 0.3, 0.9, 1]),
    mode: prng.pick(['bypass', 'accept-edits']),
    answers: prng.pick(['soon', 'late', 'never']),
    contextWindow: prng.chance(0.2) ? prng.int(1_200, 2_500) : 200_000,
    callIds: prng.pick(['unique', 'numbered']),
    isLoopy: prng.chance(0.03),
    tasks: prng.int(2, 10),
    replies: prng.int(15, 50),
    killsPerCommit: often(prng.pick([0.005, 0.03])),
    fate: { kill: often(3), stop: often(2), close: often(1), open: often(2), jump: often(1), nothing: 4 },
    runBudget: prng.chance(0.07) ? prng.int(500, 3_000) : undefined,
    schedules: prng.chance(0.2) ? prng.int(1, 2) : 0,
    limits: simLimits,
  };
}

/** Shorter than life, in the same proportions, so that a run sees many leases and deadlines. */
const simLimits: Limits = {
  ...standardLimits,
  leaseMs: 6_000,
  leaseRenewMs: 2_000,
  recheckMs: 1_000,
  approvalMs: 12_000,
  taskTimeoutMs: 45_000,
  turnSteps: 25,
  scheduleCatchUp: 3,
  // The checker wants every notification: none is taken back.
  scheduleNotices: 1e6,
  scheduleGraceMs: 1_500,
};
