import { join } from 'node:path';
import type { Ground } from '../core/ground.ts';
import { limits } from '../core/limits.ts';
import type { ProcessEnd } from '../core/ports.ts';
import { judge, type Lives, type Verdict } from './judge.ts';
import { leftFiles } from './left-files.ts';
import type { Plan } from './plan.ts';
import { type Held, parseSaid, type Said } from './said.ts';
import type { Stage } from './stage.ts';

/** What became of one store: its processes, its end, and what they left behind. */
export type Round = {
  readonly lives: Lives;
  readonly held: readonly Held[];
  readonly verdict: Verdict;
  readonly leaks: { readonly processes: readonly string[]; readonly files: readonly string[] };
  /** Processes that ended otherwise than planned, with the last that they said. */
  readonly broken: readonly string[];
};

/** Plays the plans one after the other on one stage: each but the last dies in the middle, the last goes on to the end. */
export async function playRound(
  ground: Ground,
  stage: Stage,
  plans: readonly Plan[],
  more: { readonly args: readonly string[]; readonly signal: AbortSignal },
): Promise<Round> {
  const lives: Said[][] = [];
  const broken: string[] = [];
  for (const [index, plan] of plans.entries()) {
    const file = join(stage.root, `plan-${index + 1}.json`);
    await ground.files.writeAtomic(file, JSON.stringify(plan));
    const { said, end, noise } = await live(
      ground,
      stage,
      ['doctor', '--chaos-actor', file, ...more.args],
      more.signal,
    );
    more.signal.throwIfAborted();
    lives.push(said);
    const isDone = said.at(-1)?.kind === 'done' && end.exitCode === 0;
    const isKilled = end.signal === 'SIGKILL' && plan.dieAt !== undefined;
    if (!isDone && !isKilled)
      broken.push(
        `process ${index + 1} ended with ${end.signal ?? end.exitCode ?? end.message}: ${noise.slice(-2_000)}`,
      );
    if (isDone) break;
  }
  const held = (lives.at(-1) ?? []).flatMap(one => (one.kind === 'held' ? [one] : []));
  return {
    lives,
    held,
    verdict: judge(lives, held),
    leaks: { processes: ground.processesIn(stage.root), files: await leftFiles(ground.files, stage) },
    broken,
  };
}

type Life = { readonly said: Said[]; readonly end: ProcessEnd; readonly noise: string };

async function live(ground: Ground, stage: Stage, args: readonly string[], signal: AbortSignal): Promise<Life> {
  const said: Said[] = [];
  let unfinished = '';
  let noise = '';
  const child = ground.again(args, {
    cwd: stage.work,
    env: stage.env,
    signal,
    onOutput(chunk) {
      const lines = (unfinished + chunk).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const one = parseSaid(line);
        if (one) said.push(one);
        else noise = `${noise}${line}\n`.slice(-limits.chaosNoiseChars);
      }
    },
  });
  const end = await child.done;
  return { said, end, noise: noise + unfinished };
}
