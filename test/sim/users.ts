import { isFault } from '../../src/core/error.ts';
import type { TaskId } from '../../src/core/ids.ts';
import { addTask } from '../../src/tasks/add-task.ts';
import { retryTask, sendToTask } from '../../src/tasks/resume-task.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { updateTask } from '../../src/tasks/update-task.ts';
import { idleDeps } from '../../src/tasks/working.ts';
import { chooseModel, simUser } from './program.ts';
import type { SimProgram } from './programs.ts';
import type { Scope } from './scope.ts';
import type { World } from './world.ts';

/** One thing that a person does, in a terminal with a chat open or with a command in another one. */
export function act(world: World): void {
  const { prng, programs } = world;
  const faces = programs.filter(program => program.chat && !program.isClosing && program.process.state === 'running');
  const face = prng.anyOf(faces);
  const kind = prng.weighted({
    say: face ? 8 : 0,
    interrupt: face ? 1 : 0,
    answer: face ? 1 : 0,
    add: 2,
    stop: 1,
    send: 1,
    retry: 1,
    park: 0.7,
  });
  if (kind === 'say' && face) say(world, face);
  if (kind === 'interrupt') face?.chat?.session.interrupt();
  if (kind === 'answer' && face) answerOne(world, face);
  if (kind === 'add') add(world);
  const task = prng.anyOf([...world.mirror.tasks.keys()]);
  if (task !== undefined && (kind === 'stop' || kind === 'send' || kind === 'retry' || kind === 'park'))
    command(world, kind, task);
}

/** What a person types is an input from the moment at which they were told so. */
export function say(world: World, face: SimProgram): void {
  const { prng, recorder } = world;
  const { chat, chatId, process } = face;
  if (!chat || chatId === undefined) return;
  const takes = prng.chance(0.8) ? 'boundary' : 'turn';
  const text = `please ${prng.int(0, 9_999)}`;
  const calledAt = recorder.tick();
  world.note(process, () => `user says "${text}" (${takes})`);
  expected(
    world,
    face.scope,
    chat.session.send(text, { takes }).then(id => {
      if (process.state !== 'dead') recorder.inputs.push({ id, chatId, takes, calledAt, ackedAt: recorder.tick() });
    }),
  );
}

export function answerOne(world: World, face: SimProgram): void {
  const { prng, mirror } = world;
  const open = [...mirror.openApprovals].filter(([, { chatId }]) => chatId === face.chatId).map(([id]) => id);
  const id = prng.anyOf(open);
  if (id === undefined || !face.chat) return;
  const verdict = prng.chance(0.7) ? 'allowed' : 'denied';
  expected(
    world,
    face.scope,
    face.chat.session.answer(id, { verdict, ...(prng.chance(0.5) ? { message: 'so be it' } : {}) }),
  );
}

function add(world: World): void {
  const { prng, terminal, chatIds, profile, recorder, mirror } = world;
  const chatId = prng.chance(0.9) ? prng.anyOf(chatIds) : undefined;
  const program = {
    base: terminal.base,
    user: simUser,
    policy: { mode: profile.mode, rules: [], roots: ['/work'] },
    workspace: '/work',
    limits: profile.limits,
    chooseModel,
  };
  const dependsOn = prng.chance(0.2) ? prng.anyOf([...mirror.tasks.keys()]) : undefined;
  const wanted = {
    instruction: `added ${prng.int(0, prng.chance(0.3) ? 1 : 9_999)}`,
    chatId,
    dependsOn: dependsOn === undefined ? [] : [dependsOn],
    notify: prng.pick(['wake', 'quiet', 'none'] as const),
    priority: prng.int(-1, 1),
    notBefore: prng.chance(0.2) ? terminal.scope.clock.now() + prng.int(0, 6_000) : undefined,
  } as const;
  world.note(terminal.process, () => `tasks add ${JSON.stringify(wanted)}`);
  expected(
    world,
    terminal.scope,
    addTask(program, wanted).then(({ task }) => recorder.acks.push({ kind: 'task', taskId: task.id })),
  );
}

export function command(world: World, kind: 'stop' | 'send' | 'retry' | 'park', id: TaskId): void {
  const { terminal, prng } = world;
  const deps = idleDeps(terminal.base);
  world.note(terminal.process, () => `tasks ${kind} ${id.slice(-8)}`);
  const budget = prng.chance(0.5) ? { tokens: 5_000 } : {};
  expected(
    world,
    terminal.scope,
    terminal.store.write(async tx => {
      if (kind === 'stop') return stopTask(deps, tx, id, 'stopped by a person');
      if (kind === 'retry') return retryTask(deps, tx, id, 'a person wants it', budget);
      if (kind === 'send')
        return sendToTask(deps, tx, id, `message ${prng.int(0, 999)}`, { lane: 'main', author: simUser });
      const task = await tx.task(id);
      return task && updateTask(deps, tx, task, { status: 'parked' });
    }),
  );
}

/** Foreseen refusals are part of life; whatever else is thrown is a problem. */
export function expected(world: World, { busy }: Scope, work: Promise<unknown>): void {
  busy.count += 1;
  work
    .catch((error: unknown) => {
      if (isFault(error)) return world.note(world.terminal.process, () => `refused: ${error.message}`);
      world.recorder.problems.push(`a user was told: ${error instanceof Error ? error.stack : String(error)}`);
    })
    .finally(() => {
      busy.count -= 1;
    });
}
