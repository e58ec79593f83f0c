import { parseArgs } from 'node:util';
import type { TaskId } from '../../src/core/ids.ts';
import type { Change } from '../../src/store/store.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { delegate, openBench, openBenchChat } from './bench-program.ts';

/**
 * One program under load: `--expose-gc load-child.ts --count n --at-once n --notify wake|none`. Its main lane owns as many subagents, all queued in one commit. Prints one
 * line of JSON, a `LoadReport`.
 */
export type LoadReport = {
  wall_ms: number;
  cpu_ms: number;
  /** Added to the whole process at its highest. */
  grown_mb: number;
  /** Of JavaScript's heap and buffers, when all have ended and what can be freed was freed, for each. */
  kept_kb_each: number;
  /** The most that ran at one time. */
  most_at_once: number;
  /** From the end of a task whose owner is idle to the turn that its owner starts. */
  turn_ms: number[];
  /** From the end of a task to the commit that tells its owner, who may be in the middle of a turn. */
  told_ms: number[];
};

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '1000' },
    notify: { type: 'string', default: 'wake' },
  },
});
const count = Number(values.count);
const atOnce = Number(values['at-once']);
const notify = values.notify === 'none' ? 'none' : 'wake';
const model = 'openai-compatible/m';
const program = await openBench(model, { requestsStart: 1_000, runningTasks: atOnce });
const { base, store, user, workspace } = program;
const chatId = await createChat(base, { user, cwd: workspace, title: 'load' });
const chat = await openBenchChat(program, chatId, model);
const seen = { running: 0, mostAtOnce: 0, ended: 0, failed: 0, told: 0, turns: 0 };
const endedAt = new Map<TaskId, number>();
let idleSince: number | undefined = 0;
let firstEnd: number | undefined;
const report: Pick<LoadReport, 'turn_ms' | 'told_ms'> = { turn_ms: [], told_ms: [] };
store.onChange(note);

await work(1); // Loads what is loaded when it is first used.
report.turn_ms = [];
report.told_ms = [];
const heapBefore = heapInUse();
const rssBefore = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const begin = performance.now();
let highest = 0;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);
await work(count);
clearInterval(watch);
const wallMs = performance.now() - begin;
const { user: userCpu, system } = process.cpuUsage(cpuBefore);
highest = Math.max(highest, process.memoryUsage.rss());
await new Promise(resolve => setTimeout(resolve, 500)); // What was on its way is done.
const result: LoadReport = {
  wall_ms: wallMs,
  cpu_ms: (userCpu + system) / 1000,
  grown_mb: (highest - rssBefore) / 1024 / 1024,
  kept_kb_each: (heapInUse() - heapBefore) / 1024 / count,
  most_at_once: seen.mostAtOnce,
  ...report,
};
if (seen.failed > 0) throw new Error(`${seen.failed} subagents failed`);
console.log(JSON.stringify(result));
await chat.close();
await program.close();
process.exit(0);

function heapInUse(): number {
  endedAt.clear();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function note(change: Change): void {
  if (change.kind !== 'committed') return;
  const now = performance.now();
  for (const entry of change.entries) {
    if (entry.type === 'task:started') seen.running += 1;
    if (entry.type === 'task:ended') {
      seen.running -= 1;
      seen.ended += 1;
      if (entry.outcome.kind !== 'completed') seen.failed += 1;
      endedAt.set(entry.taskId, now);
      if (idleSince !== undefined) firstEnd ??= now;
    }
    if (entry.type === 'notification:delivered') {
      for (const task of entry.tasks) report.told_ms.push(now - (endedAt.get(task.taskId) ?? now));
      seen.told += entry.tasks.length;
    }
    if (entry.lane === 'main' && entry.type === 'turn:started') {
      if (firstEnd !== undefined) report.turn_ms.push(now - firstEnd);
      idleSince = undefined;
      firstEnd = undefined;
    }
    if (entry.lane === 'main' && entry.type === 'turn:ended') idleSince = now;
  }
  seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.running);
}

/** Resolves when all have ended and, unless nobody is told, their owner has been told and is idle again. */
async function work(times: number): Promise<void> {
  const goal = { ended: seen.ended + times, told: seen.told + (notify === 'wake' ? times : 0) };
  const isOver = new Promise<void>(resolve => {
    const off = store.onChange(() => {
      if (seen.ended < goal.ended || seen.told < goal.told || (notify === 'wake' && idleSince === undefined)) return;
      off();
      resolve();
    });
  });
  await delegate(program, chat.working.deps, { chatId, count: times, prompt: 'Work', notify, model: () => model });
  await isOver;
}
