import type { ChatId, LaneId, TaskId, WorkerId } from '../../src/core/ids.ts';
import type { Task } from '../../src/store/rows.ts';
import type { Tx } from '../../src/store/store.ts';
import { runClaimed } from '../../src/tasks/run-claimed.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import type { TaskDeps } from '../../src/tasks/task-deps.ts';
import { createFakeClock } from './clock.ts';
import { chatIn, driveMain, laneDeps, registered, type } from './main-lane.ts';
import { createMemoryDatabase, type MemoryDatabase, openMemoryStore } from './memory-store/store.ts';
import { newTask } from './program.ts';
import { createScriptModel, says } from './script-model.ts';

/** Who delegates: begins to work with what a process stands on; what is returned says whether it has come to rest. */
export type Owner = {
  readonly name: string;
  /** Timers that it has while it works; one more while it waits to look again. */
  readonly timers: number;
  /** In whose place the children are made. */
  readonly put: (deps: TaskDeps, tx: Tx, at: Place) => Promise<LaneId>;
  readonly begin: (deps: TaskDeps, scene: OwnerScene) => Promise<() => boolean>;
};
type Place = { readonly chatId: ChatId; readonly worker: WorkerId };
export type OwnerScene = Place & {
  readonly database: MemoryDatabase;
  readonly lane: LaneId;
  readonly children: readonly TaskId[];
};

export const mainLane: Owner = {
  name: 'the main lane',
  timers: 0,
  put: async () => 'main',
  async begin(deps, { chatId, worker }) {
    const driver = driveMain(deps, chatId, () => worker);
    return () => driver.state() === 'idle';
  },
};

export const subagent: Owner = {
  name: 'a subagent',
  timers: 1,
  async put(deps, tx, at) {
    const task = await runningTask(deps, tx, at, 'main', 'owner');
    await tx.append(at.chatId, task.id, deps.clock.now(), [
      { type: 'task:started', taskId: task.id, attempt: 1 },
      { type: 'task:instructed', prompt: task.prompt },
    ]);
    return task.id;
  },
  async begin(deps, { database, lane }) {
    const task = lane === 'main' ? undefined : database.state.tasks.get(lane);
    if (!task) throw new Error('the owner is no task');
    let isDone = false;
    void runClaimed(deps, task, new AbortController(), () => undefined).then(() => {
      isDone = true;
    });
    return () => isDone;
  },
};

/** A chat in which an owner has something to answer and so many background tasks count as running, with nobody at work on them. */
export async function ownerScene(owner: Owner, count: number): Promise<OwnerScene> {
  const database = createMemoryDatabase();
  const store = openMemoryStore(database);
  const deps = laneDeps(
    store,
    createFakeClock(),
    createScriptModel(() => says('ok')),
    1,
  );
  const at = { chatId: await chatIn(deps), worker: await registered(store, 'owner') };
  const made = await store.write(async tx => {
    const lane = await owner.put(deps, tx, at);
    const children: TaskId[] = [];
    for (let index = 0; index < count; index += 1)
      children.push((await runningTask(deps, tx, at, lane, `child ${index}`)).id);
    return { lane, children };
  });
  if (made.lane === 'main') await type(deps, at.chatId, 'go');
  return { ...at, ...made, database };
}

async function runningTask(deps: TaskDeps, tx: Tx, at: Place, lane: LaneId, description: string): Promise<Task> {
  const wanted = { ...newTask(at.chatId), description, parent: { lane }, isBackground: true, notify: 'wake' as const };
  const { task } = await spawnTask(deps, tx, wanted);
  await tx.patchTask(task.id, { status: 'running', attempt: 1, worker: at.worker, startedAt: task.createdAt });
  return task;
}
