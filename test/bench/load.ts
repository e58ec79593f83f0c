import { measureCrowd } from './crowd.ts';
import type { LoadReport } from './load-child.ts';
import { quantile } from './measure.ts';
import { type Measured, withScriptedServer } from './subagent.ts';

const subagents = 1_000;
const queued = 5_000;
const atOnce = 16;

/** One program with 1,000 subagents at once, then with 5,000 that are queued and run 16 at a time, then 50 processes on one store; each with its reference. */
export async function benchLoad(): Promise<Record<string, number>> {
  const program = await withScriptedServer(async run => {
    const all = await run<LoadReport>('load-child.ts', '--count', `${subagents}`, '--at-once', `${subagents}`);
    const fetched = await run<Measured>('fetch-many.mjs', `${subagents}`, '4');
    const inTurn = await run<LoadReport>(
      'load-child.ts',
      ...['--count', `${queued}`, '--at-once', `${atOnce}`, '--notify', 'none'],
    );
    return {
      thousand_tasks_per_s: (subagents / all.wall_ms) * 1_000,
      thousand_mb_each: all.grown_mb / subagents,
      thousand_cpu_each_ms: all.cpu_ms / subagents,
      thousand_turn_p50_ms: quantile(all.turn_ms, 0.5),
      thousand_turn_p99_ms: quantile(all.turn_ms, 0.99),
      thousand_told_p99_ms: quantile(all.told_ms, 0.99),
      thousand_wall_x: all.wall_ms / fetched.wall_ms,
      thousand_cpu_x: all.cpu_ms / fetched.cpu_ms,
      queued_tasks_per_s: (queued / inTurn.wall_ms) * 1_000,
      queued_grown_mb: inTurn.grown_mb,
      queued_kept_kb_each: inTurn.kept_kb_each,
      queued_most_at_once: inTurn.most_at_once,
    };
  });
  const crowd = await measureCrowd(20_000);
  return { ...program, ...Object.fromEntries(Object.entries(crowd).map(([name, value]) => [`crowd_${name}`, value])) };
}
