import type { Store } from '../../src/store/store.ts';
import { onCommit, onOpen, unroll, windDown } from './fate.ts';
import type { End, History } from './history.ts';
import { memoryDatabase, type SimDatabase } from './stores.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export type Run = {
  readonly history: History;
  readonly ends: number;
  readonly kills: number;
  readonly stops: number;
  readonly steps: number;
};

/** Nothing has changed for so long that nothing will: more than a lease, a look again and the slowest answers of the store. */
const quietMs = 20_000;
/** The same while somebody is asked: more than a deadline beside that. */
const quietAskingMs = 30_000;
/** A world that has not come to rest after this is a problem. */
const restMs = 10 * 60_000;

/** The longest of a million runs takes about a tenth of that. */
const mostSteps = 200_000;

export type RunOptions = Pick<WorldOptions, 'mutant' | 'onNote'> & { readonly database?: SimDatabase };

export async function runSeed(seed: number, options: RunOptions = {}): Promise<Run> {
  const { database = memoryDatabase(), onNote } = options;
  const world = await createWorld({ seed, ...options, openStore: database.open, onCommit, onOpen });
  onNote?.(JSON.stringify({ ...world.profile, limits: undefined }));
  const stray = (error: unknown) =>
    void world.recorder.problems.push(`a promise was left rejected: ${error instanceof Error ? error.stack : error}`);
  process.on('unhandledRejection', stray);
  try {
    await unrollToRest(world);
  } finally {
    process.off('unhandledRejection', stray);
  }
  const { commits, acks, inputs, runs, problems } = world.recorder;
  const end = await readEnd(world, database.open());
  const history = { commits, acks, inputs, runs, problems, end };
  const { kills, stops } = world.counts;
  return { history, ends: world.mirror.ends(), kills, stops, steps: world.scheduler.steps() };
}

async function unrollToRest(world: World): Promise<void> {
  let isOver = false;
  unroll(world, () => {
    windDown(world);
    whenQuiet(world, () => {
      isOver = true;
    });
  });
  await world.scheduler.run(() => isOver || world.scheduler.steps() > mostSteps);
  if (!isOver) world.recorder.problems.push(`it went round and round: ${world.scheduler.steps()} steps`);
}

function whenQuiet(world: World, done: () => void): void {
  const { scheduler, fate, programs, terminal } = world;
  const since = scheduler.now();
  const look = () => {
    const isBusy = [...programs, terminal].some(({ scope }) => scope.busy.count > 0);
    const ms = world.mirror.openApprovals.size > 0 ? quietAskingMs : quietMs;
    const isQuiet = !isBusy && scheduler.now() - Math.max(world.lastChange(), since) >= ms;
    if (!isQuiet && scheduler.now() - since < restMs) return void scheduler.after(fate, 1_000, look);
    if (!isQuiet) world.recorder.problems.push('it never came to rest');
    done();
  };
  look();
}

async function readEnd(world: World, store: Store): Promise<End> {
  const { chatIds, programs, recorder } = world;
  const chats = await store.chats();
  const entries = (await Promise.all(chats.map(({ id }) => store.entries(id)))).flat();
  const tasks = await store.tasks({});
  const rows = await Promise.all([...recorder.inboxIds].map(id => store.inboxRow(id)));
  const lanes = await Promise.all(chatIds.map(id => store.lane(id, 'main')));
  const served = programs.some(program => program.working) ? chats.map(({ id }) => id) : [];
  // A face runs what schedules make for themselves, too.
  const owned = (await store.scheduleChats()).flatMap(({ chatId, ownsChat }) => (ownsChat ? [chatId] : []));
  const driven = programs.flatMap(({ chat, chatId }) => (chat && chatId !== undefined ? [chatId] : []));
  return {
    chats,
    entries,
    inbox: rows.filter(row => row !== undefined),
    tasks: await Promise.all(tasks.map(async task => ({ ...task, dependsOn: await store.dependencies(task.id) }))),
    lanes: lanes.filter(row => row !== undefined),
    openApprovals: await store.openApprovals(),
    wallMs: world.wall.offset + world.scheduler.now(),
    driven,
    served: [...new Set([...served, ...driven, ...(driven.length > 0 ? owned : [])])],
  };
}
