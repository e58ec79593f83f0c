import { parseArgs } from 'node:util';
import { limits } from '../../src/core/limits.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { startWorking } from '../../src/tasks/working.ts';
import { delegate, openBench } from './bench-program.ts';

/**
 * Measures subagents in a process of their own: `--expose-gc subagent-child.ts --count n --prompt text --until ended|waiting`. Prints one line of JSON:
 * `rss_mb` of the whole process at its highest (`ended`) or while all wait (`waiting`), `grown_mb` since before the first, `cpu_ms` that they took together.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    prompt: { type: 'string', default: 'Work' },
    until: { type: 'string', default: 'ended' },
  },
});
const count = Number(values.count);
const model = 'openai-compatible/m';
const program = await openBench(model, { requestsStart: Math.max(count, limits.requestsStart) });
const { base, store, user, workspace } = program;
const chatId = await createChat(base, { user, cwd: workspace, title: 'bench' });
const working = await startWorking(base, {
  kind: 'bench',
  pid: program.pid,
  host: program.host,
  chatIds: () => [chatId],
  canAsk: () => false,
});
const seen = { begun: 0, ended: 0 };
store.onChange(change => {
  if (change.kind !== 'committed') return;
  for (const entry of change.entries) {
    if (entry.type === 'turn:started') seen.begun += 1;
    if (entry.type === 'task:ended') seen.ended += 1;
  }
});

await Promise.all([allEnded(1), spawn(1)]); // Loads what is loaded when it is first used.
globalThis.gc?.();
const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const begin = performance.now();
let highest = 0;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);
const isOver = values.until === 'waiting' ? allAsked(count + 1) : allEnded(count + 1);
await Promise.all([isOver, spawn(count)]);
clearInterval(watch);
const { user: userCpu, system } = process.cpuUsage(cpuBefore);
if (values.until === 'waiting') globalThis.gc?.();
const rss = values.until === 'waiting' ? process.memoryUsage.rss() : Math.max(highest, process.memoryUsage.rss());
const mb = (bytes: number) => bytes / 1024 / 1024;
console.log(
  JSON.stringify({
    rss_mb: mb(rss),
    grown_mb: mb(rss - before),
    cpu_ms: (userCpu + system) / 1000,
    wall_ms: performance.now() - begin,
  }),
);
process.exit(0);

function spawn(times: number): Promise<void> {
  const prompt = times === 1 ? 'Work' : values.prompt;
  return delegate(program, working.deps, { chatId, count: times, prompt, notify: 'quiet', model: () => model });
}

async function allEnded(total: number): Promise<void> {
  await reached(() => seen.ended >= total);
  const failed = await store.countTasks({ chatId, statuses: ['failed', 'stopped'] });
  if (failed > 0) throw new Error(`${failed} of ${total} subagents failed`);
}

/** All have begun, and the process has become quiet: their requests are on the way. */
async function allAsked(total: number): Promise<void> {
  await reached(() => seen.begun >= total);
  for (let last = process.cpuUsage(), busyMs = Number.POSITIVE_INFINITY; busyMs > 100; ) {
    await new Promise(resolve => setTimeout(resolve, 500));
    const { user: u, system: s } = process.cpuUsage(last);
    busyMs = (u + s) / 1000;
    last = process.cpuUsage();
  }
}

function reached(isSo: () => boolean): Promise<void> {
  return new Promise(resolve => {
    const off = store.onChange(() => {
      if (!isSo()) return;
      off();
      resolve();
    });
  });
}
