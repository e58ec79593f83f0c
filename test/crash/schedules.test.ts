import { expect, test } from 'vitest';
import { createMachine, type Machine, type RunningProgram } from '../fakes/run-program.ts';
import { createFakeTime, type FakeTime } from './fake-time.ts';

const day = 24 * 3_600;
const replies = `replies:
  - say: Looked.
default:
  say: Looked.
`;

type Run = {
  readonly status: string;
  readonly chat_id: string;
  readonly origin: string;
  readonly metadata: { readonly schedule: string; readonly due: string; readonly missed_since?: string };
};

/** Workers over one store whose clock a test sets. */
async function createWorkshop(zone?: string) {
  const time = await createFakeTime(zone);
  const machine = await createMachine(replies);
  const worker = () => machine.start(['worker', '--quiet'], '', time.env);
  return { time, machine, worker };
}

async function call({ start }: Machine, time: FakeTime, ...args: string[]) {
  const { code, stdout, stderr } = await start(args, '', time.env).ended;
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}\n${stderr}`);
  return stdout;
}

async function runsOf(machine: Machine, time: FakeTime, name: string): Promise<Run[]> {
  const tasks: Run[] = JSON.parse(await call(machine, time, 'tasks', 'list', '--all', '--json'));
  return tasks.filter(task => task.metadata.schedule === name).toReversed();
}

async function untilRuns(machine: Machine, time: FakeTime, name: string, count: number): Promise<void> {
  await expect
    .poll(async () => (await runsOf(machine, time, name)).length, { interval: 200, timeout: 40_000 })
    .toBeGreaterThanOrEqual(count);
}

/** Ends the workers, and one after them does what is left. */
async function finish(
  machine: Machine,
  time: FakeTime,
  workers: readonly RunningProgram[],
  name: string,
): Promise<Run[]> {
  await call(machine, time, 'schedules', 'disable', name);
  for (const { child } of workers) child.kill('SIGTERM');
  await Promise.all(workers.map(worker => worker.ended));
  await call(machine, time, 'worker', '--until-idle', '--quiet');
  return runsOf(machine, time, name);
}

const ms = (iso: string) => Date.parse(iso);

/** Of runs in the order in which they were made: each is for the due time after that of the one before, or says what it stands for. Returns where the chain breaks. */
function breaks(runs: readonly Run[], everyMs: number): number[] {
  return runs.flatMap(({ metadata: { due, missed_since: since } }, i) => {
    const before = runs[i - 1];
    return before && ms(since ?? due) - ms(before.metadata.due) !== everyMs ? [i] : [];
  });
}

function expectSound(runs: readonly Run[]): void {
  expect(new Set(runs.map(run => run.metadata.due)).size).toBe(runs.length);
  expect(new Set(runs.map(run => run.chat_id)).size).toBe(1);
  expect(new Set(runs.map(run => `${run.status} ${run.origin}`))).toEqual(new Set(['completed schedule']));
}

test('R14 the clock goes forward a year while two workers wait: the schedule fires once for it, and then as before', async () => {
  const { time, machine, worker } = await createWorkshop();
  await call(machine, time, 'schedules', 'add', 'tick', 'every 2 seconds', 'look');
  const workers = [worker(), worker()];
  await untilRuns(machine, time, 'tick', 2);

  await time.jumpTo(365 * day);
  await untilRuns(machine, time, 'tick', 5);
  const runs = await finish(machine, time, workers, 'tick');

  expectSound(runs);
  expect(breaks(runs, 2_000)).toEqual([]);
  const long = runs.filter(
    ({ metadata: { due, missed_since: since } }) => since && ms(due) - ms(since) > 300 * day * 1_000,
  );
  expect(long).toHaveLength(1);
}, 90_000);

test('R14 the clock goes back three days while two workers wait: the schedule goes on at once, and fires nothing twice', async () => {
  const { time, machine, worker } = await createWorkshop();
  await call(machine, time, 'schedules', 'add', 'tick', 'every 2 seconds', 'look');
  const workers = [worker(), worker()];
  await untilRuns(machine, time, 'tick', 2);
  const before = (await runsOf(machine, time, 'tick')).length;

  await time.jumpTo(-3 * day);
  // One may be made between the look and the jump.
  await untilRuns(machine, time, 'tick', before + 3);
  const runs = await finish(machine, time, workers, 'tick');

  const inOrder = runs.toSorted((a, b) => ms(a.metadata.due) - ms(b.metadata.due));
  expectSound(runs);
  // By their due times the runs after the jump come first: one place where the chain breaks, over three days.
  const [gap, ...others] = breaks(inOrder, 2_000);
  expect(others).toEqual([]);
  const distance = ms(inOrder[gap ?? 0]?.metadata.due ?? '') - ms(inOrder[(gap ?? 0) - 1]?.metadata.due ?? '');
  expect(distance).toBeGreaterThan(2.9 * day * 1_000);
}, 90_000);

test.each([
  [
    'ends: what is due at the time that comes twice',
    '30 1 * * *',
    '2026-11-01T05:30:00Z',
    '2026-11-01T06:30:00Z',
    '2026-11-02T06:30:00Z',
  ],
  [
    'begins: what is due at the time that is left out',
    '30 2 * * *',
    '2027-03-14T07:00:00Z',
    '2027-03-14T07:30:00Z',
    '2027-03-15T06:30:00Z',
  ],
])(
  'R14 summer time %s fires once',
  async (_, when, due, later, next) => {
    const { time, machine, worker } = await createWorkshop('America/New_York');
    const secondsBefore = (iso: string) => Math.round((ms(iso) - Date.now()) / 1_000) - 6;
    await time.jumpTo(secondsBefore(due));
    await call(machine, time, 'schedules', 'add', 'night', when, 'look');
    await call(machine, time, 'schedules', 'add', 'mark', '* * * * *', 'look');
    const workers = [worker(), worker()];
    await untilRuns(machine, time, 'night', 1);

    await time.jumpTo(secondsBefore(later));
    await expect
      .poll(async () => (await runsOf(machine, time, 'mark')).map(run => ms(run.metadata.due)), {
        interval: 200,
        timeout: 40_000,
      })
      .toContain(ms(later));
    const { next_at: nextAt } = JSON.parse(await call(machine, time, 'schedules', 'show', 'night', '--json'));
    const runs = await finish(machine, time, workers, 'night');

    expect(runs.map(run => ms(run.metadata.due))).toEqual([ms(due)]);
    expect(ms(nextAt)).toBe(ms(next));
  },
  120_000,
);

test('R14 the whole group is suspended for ten minutes: the schedule fires once for it', async () => {
  const { time, machine, worker } = await createWorkshop();
  await call(machine, time, 'schedules', 'add', 'tick', 'every 2 seconds', 'look');
  const workers = [worker(), worker(), worker()];
  await untilRuns(machine, time, 'tick', 2);

  for (const { child } of workers) child.kill('SIGSTOP');
  await time.jumpTo(600);
  for (const { child } of workers) child.kill('SIGCONT');
  const before = (await runsOf(machine, time, 'tick')).length;
  await untilRuns(machine, time, 'tick', before + 3);
  const runs = await finish(machine, time, workers, 'tick');

  expectSound(runs);
  expect(breaks(runs, 2_000)).toEqual([]);
  const long = runs.filter(({ metadata: { due, missed_since: since } }) => since && ms(due) - ms(since) > 500_000);
  expect(long).toHaveLength(1);
}, 90_000);

test('T20 workers are killed while a schedule fires every second: every due time has one run or is stood for by the next', async () => {
  const { time, machine, worker } = await createWorkshop();
  await call(machine, time, 'schedules', 'add', 'tick', 'every 1 seconds', 'look');
  let workers = [worker(), worker(), worker()];

  for (let round = 1; round <= 6; round += 1) {
    await untilRuns(machine, time, 'tick', round);
    const [oldest, ...others] = workers;
    oldest?.child.kill('SIGKILL');
    workers = [...others, worker()];
  }
  const runs = await finish(machine, time, workers, 'tick');

  expectSound(runs);
  expect(breaks(runs, 1_000)).toEqual([]);
}, 120_000);
