import type { Ground } from '../core/ground.ts';
import type { ChatId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import { waitFor } from '../engine/wait-for.ts';
import { createChat, type OpenChat, openChat, openTasks } from '../tasks/open-chat.ts';
import type { Program, Rehearsal } from '../tasks/program.ts';
import { faultyModel } from './faulty-model.ts';
import type { Plan } from './plan.ts';
import type { Held, Said } from './said.ts';
import { seeded } from './seeded.ts';
import { slowTools } from './slow-tools.ts';

export type Actor = {
  /** Goes around the ports of the program that `act` is given. */
  readonly rehearsal: Rehearsal;
  /** Plays the plan to its end, unless it dies before. */
  readonly act: (program: Program, signal: AbortSignal) => Promise<void>;
};

/**
 * One process of a rehearsal: the program without a face. Goes on in the chat that an earlier process left (or makes one), says each
 * prompt once, and tells on standard output, at once, what was acknowledged to it.
 */
export function createActor(plan: Plan, ground: Pick<Ground, 'clock' | 'crash' | 'vitals' | 'limits'>, io: Io): Actor {
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps === plan.dieAt) ground.crash();
  };
  // A pipe takes a line before this returns; what fails later (the reader went away) ends the process by the signal.
  const tell = (said: Said) => void io.out(`${JSON.stringify(said)}\n`).catch(() => undefined);
  const options = { odds: plan.odds, next: seeded(plan.seed), clock: ground.clock, tell, step };
  return {
    rehearsal: {
      handle: plan.handle,
      model: model => faultyModel(model, options),
      tools: tools => slowTools(tools, options),
    },
    async act(program, signal) {
      const off = program.store.onChange(change => {
        if (change.kind !== 'committed') return;
        for (const entry of change.entries) {
          tell({ kind: 'committed', entry });
          step();
        }
      });
      for (let number = 1; number <= plan.chats; number += 1) {
        await oneChat(program, plan, tell, signal, number === 1);
        if (plan.chats > 1) tell({ kind: 'vitals', ...ground.vitals() });
      }
      off();
      tell({ kind: 'done', steps });
    },
  };
}

type Tell = (said: Said) => void;

async function oneChat(program: Program, plan: Plan, tell: Tell, signal: AbortSignal, goesOn: boolean): Promise<void> {
  const { base, store, user, workspace, pid, host, policy } = program;
  const [earlier] = goesOn ? await store.chats({ cwd: workspace, limit: 1 }) : [];
  const chatId = earlier?.id ?? (await createChat(base, { user, cwd: workspace, title: 'Rehearsal' }));
  tell({ kind: 'opened', chatId });
  const chat = await openChat(base, {
    chatId,
    user,
    model: plan.model,
    policy,
    startsOnLate: true,
    kind: 'chaos',
    pid,
    host,
    canAsk: () => false,
  });
  const isQuiet = await play(program, chat, plan.prompts, tell, signal);
  if (!isQuiet) tell({ kind: 'stuck', chatId });
  await chat.close();
  tell({ kind: 'held', ...(await heldBy(program, chatId)) });
}

/** Says what was not said yet, and waits for the end of everything each time; false when that does not come. */
async function play(
  program: Program,
  { session }: OpenChat,
  prompts: readonly string[],
  tell: Tell,
  signal: AbortSignal,
): Promise<boolean> {
  const { base, store, limits } = program;
  const late = new AbortController();
  const cancel = base.clock.after(limits.chaosChatMs, () => late.abort());
  const either = AbortSignal.any([signal, late.signal]);
  try {
    await quiet(program, session.chatId, either);
    const entries = await store.entries(session.chatId, { lane: 'main' });
    const said = entries.filter(entry => entry.type === 'user:said').length;
    for (const text of prompts.slice(said)) {
      tell({ kind: 'sent', inboxId: await session.send(text) });
      await quiet(program, session.chatId, either);
    }
    return true;
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    return false;
  } finally {
    cancel();
  }
}

async function quiet({ base, store }: Program, chatId: ChatId, signal: AbortSignal): Promise<void> {
  await waitFor(base, signal, async () => {
    const entries = await store.entries(chatId, { lane: 'main' });
    const last = entries.findLast(entry => entry.type === 'turn:started' || entry.type === 'turn:ended');
    if (last?.type === 'turn:started') return undefined;
    if ((await store.pending(chatId, 'main')).length > 0) return undefined;
    return (await openTasks(store, chatId)).length === 0 || undefined;
  });
}

async function heldBy({ store }: Program, chatId: ChatId): Promise<Held> {
  const tasks = await store.tasks({ chatId });
  const lanes = ['main' as const, ...tasks.map(task => task.id)];
  const waiting = await Promise.all(lanes.map(lane => store.pending(chatId, lane)));
  return { chatId, entries: await store.entries(chatId), tasks, waiting: waiting.flat() };
}
