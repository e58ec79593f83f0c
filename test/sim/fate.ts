import type { Change } from '../../src/store/store.ts';
import type { SimProgram } from './programs.ts';
import type { Process } from './scheduler.ts';
import { disableAll, tend } from './schedules.ts';
import { act, answerOne, command, say } from './users.ts';
import type { World } from './world.ts';

/** Lets the first programs open, and then things happen, one after the other, until it is time to let all come to rest. */
export function unroll(world: World, onEnd: () => void): void {
  const { prng, profile, scheduler, fate, chatIds } = world;
  world.open(chatIds[0]);
  for (let count = 1; count < profile.programs; count += 1) openAny(world);
  let left = profile.actions;
  const next = () => {
    const ms = prng.next() * profile.pauseMs * (prng.chance(0.3) ? 0.02 : 1);
    scheduler.after(fate, ms, () => {
      if (left === 0) return onEnd();
      left -= 1;
      if (profile.schedules > 0 && prng.chance(0.2)) tend(world);
      if (prng.chance(0.65)) act(world);
      else strike(world);
      next();
    });
  };
  next();
}

/** A commit may be the last thing that its program does; a question to people may be answered. */
export function onCommit(world: World, process: Process, change: Change): void {
  if (change.kind !== 'committed') return;
  const { prng, profile, left, scheduler, fate } = world;
  if (!left.isWindingDown && prng.chance(profile.killsPerCommit)) {
    const victim = world.programs.find(program => program.process === process);
    if (victim) killAndReopen(world, victim);
  }
  if (profile.answers === 'never' || !change.entries.some(entry => entry.type === 'approval:asked')) return;
  const ms = profile.answers === 'soon' ? prng.next() * 500 : prng.next() * 14_000;
  scheduler.after(fate, ms, () => {
    const face = prng.anyOf(world.programs.filter(program => program.chat && !program.isClosing));
    if (face) answerOne(world, face);
  });
}

/** Most people open a chat to say something. */
export function onOpen(world: World, program: SimProgram): void {
  if (world.prng.chance(0.8)) say(world, program);
}

function strike(world: World): void {
  const { prng, profile, programs } = world;
  const program = prng.anyOf(programs);
  const kind = prng.weighted(profile.fate);
  if (kind === 'jump') jump(world);
  if (kind === 'open') openAny(world);
  if (!program) return;
  if (kind === 'kill') killAndReopen(world, program);
  if (kind === 'stop') stopForAWhile(world, program);
  if (kind === 'close') close(world, program);
}

function openAny(world: World): void {
  const { prng, profile, programs, chatIds } = world;
  if (programs.length >= profile.programs) return;
  world.open(prng.chance(0.75) ? prng.anyOf(chatIds) : undefined);
}

function killAndReopen(world: World, program: SimProgram): void {
  const { prng, scheduler, fate, left } = world;
  world.kill(program);
  if (!prng.chance(0.7)) return;
  scheduler.after(fate, prng.next() * prng.pick([10, 1_000, 9_000]), () => {
    if (!left.isWindingDown) world.open(program.chatId);
  });
}

/** As by SIGSTOP: nothing of it goes on until it is told to, and then all that it missed comes at once. */
function stopForAWhile(world: World, { process }: SimProgram): void {
  const { prng, scheduler, fate, note, counts } = world;
  if (process.state !== 'running') return;
  process.state = 'paused';
  counts.stops += 1;
  note(process, () => '=== stopped');
  scheduler.after(fate, prng.pick([50, 2_000, 7_000, 20_000]) * prng.next(), () => resume(world, process));
}

function resume({ scheduler, note }: World, process: Process): void {
  if (process.state !== 'paused') return;
  note(process, () => '=== goes on');
  scheduler.resume(process);
}

function close(world: World, program: SimProgram): void {
  const open = program.chat ?? program.working;
  if (!open || program.isClosing) return;
  program.isClosing = true;
  world.note(program.process, () => 'closes');
  open.close().then(
    () => world.gone(program),
    (error: unknown) => void world.recorder.problems.push(`${program.process.name} could not close: ${String(error)}`),
  );
}

function jump(world: World): void {
  const ms = world.prng.pick([-3 * 86_400_000, -2_000, 2_000, 60_000, 365 * 86_400_000]);
  world.wall.offset += ms;
  world.note(world.fate, () => `the clock jumps by ${ms} ms`);
}

/** From here on nothing bad happens: what is stopped goes on, each chat is opened (or, seldom, left closed), and people decide about what is parked. */
export function windDown(world: World): void {
  const { prng, programs, chatIds, left, mirror } = world;
  left.isWindingDown = true;
  if (world.profile.schedules > 0) disableAll(world);
  for (const { process } of programs) resume(world, process);
  const areLeftClosed = prng.chance(0.1);
  const hasFace = (chatId: (typeof chatIds)[number]) => programs.some(one => one.chatId === chatId && !one.isClosing);
  if (areLeftClosed && !programs.some(one => one.chatId === undefined)) world.open(undefined);
  if (!areLeftClosed) for (const chatId of chatIds) if (!hasFace(chatId)) world.open(chatId);
  const parked = [...mirror.tasks.values()].filter(task => task.state === 'parked');
  const kind = prng.pick(['retry', 'stop', 'leave'] as const);
  if (kind !== 'leave') for (const { id } of parked) command(world, kind, id);
}
