import { AppError } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import { visible } from '../core/visible.ts';
import { policySchema, type Schedule } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { type AddDeps, mustFindChat } from './add-task.ts';
import { findDefinition } from './choose-agent.ts';
import { dueTimesOf } from './due-times.ts';
import { checkedInstruction } from './instruction.ts';
import { firstMove } from './schedule.ts';

export type AddSchedule = {
  readonly name: string;
  /** Five fields of cron, or `every <n> <seconds|minutes|hours|days>`. */
  readonly when: string;
  readonly prompt: string;
  /** Absent: the schedule makes a chat of its own. */
  readonly chatId?: ChatId | undefined;
  /** Name of an agent definition; default `general-purpose`. */
  readonly agent?: string | undefined;
  /** Wins over the definition's; default: that of the program which fires it. */
  readonly model?: string | undefined;
  /** Default `one`. */
  readonly catchUp?: Schedule['catchUp'] | undefined;
  /** By which a cron expression is read. */
  readonly timeZone: string;
  /** Where it was added: `cli`, `http`, … */
  readonly origin: string;
};

/**
 * Makes a schedule: from its next due time on, whichever program runs fires it. What its runs are made of, agent definition and permissions included, is
 * fixed now, as with a task. AppError, with nothing stored: `usage` (blank prompt or name), `bad-input` (when, time zone, a name that is taken, model),
 * `not-found` (chat, agent), `conflict` (too many of them).
 */
export async function addSchedule(program: AddDeps, wanted: AddSchedule): Promise<Schedule> {
  const { base, limits, user, policy, workspace } = program;
  const name = checkedName(wanted.name, limits.scheduleNameChars);
  const prompt = checkedInstruction(limits, 'prompt', wanted.prompt);
  const now = base.clock.now();
  const times = await dueTimesOf(wanted.when, wanted.timeZone, now);
  const chat = wanted.chatId === undefined ? undefined : await mustFindChat(program, wanted.chatId);
  const definition = await findDefinition(base, wanted.agent ?? 'general-purpose');
  const cwd = chat?.cwd ?? workspace;
  if (definition.isolation === 'worktree') await base.worktrees.check(cwd);
  const handle = wanted.model ?? definition.model;
  const model = handle === 'inherit' ? undefined : await base.models.check(handle);
  const { nextAt, ...move } = firstMove(times, now);
  const schedule: Schedule = {
    id: base.ids('schedule'),
    name,
    when: wanted.when.trim(),
    timeZone: wanted.timeZone,
    catchUp: wanted.catchUp ?? 'one',
    prompt,
    spec: { definition, ...(model === undefined ? {} : { model }), policy: policySchema().parse(policy), cwd },
    creator: user,
    ...(chat ? { chatId: chat.id } : {}),
    ownsChat: !chat,
    isEnabled: true,
    ...(nextAt === undefined ? {} : { nextAt }),
    ...move,
    createdAt: now,
  };
  await base.store.write(async tx => {
    await refuseOneMore(tx, name, limits.schedules);
    // It may have been deleted meanwhile.
    if (chat && !(await tx.chat(chat.id))) throw new AppError('not-found', `the chat ${chat.id} was deleted`);
    await tx.putSchedule(schedule);
    await tx.addAudit({ at: now, who: user, what: 'schedule:added', from: wanted.origin, detail: name });
  });
  return schedule;
}

function checkedName(text: string, most: number): string {
  const name = text.trim();
  if (name === '') throw new AppError('usage', 'the name is blank; a schedule is known by it');
  if (visible(name) !== name || name.includes('\t') || name.length > most)
    throw new AppError(
      'bad-input',
      `the name must be one line of at most ${most} characters, without control characters`,
    );
  return name;
}

async function refuseOneMore(tx: Tx, name: string, most: number): Promise<void> {
  const schedules = await tx.schedules();
  if (schedules.some(schedule => schedule.name === name))
    throw new AppError(
      'bad-input',
      `there is a schedule "${name}" already; give another name, or remove that one first`,
    );
  if (schedules.length >= most)
    throw new AppError(
      'conflict',
      `there are ${schedules.length} schedules, and ${most} are allowed; remove some first`,
    );
}
