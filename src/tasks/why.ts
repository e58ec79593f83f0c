import type { ChatId, LaneId } from '../core/ids.ts';
import type { Approval, Chat, InboxRow, LaneRow, Task, Worker } from '../store/rows.ts';
import { hasEnded } from './lifecycle.ts';
import type { OpenTurn } from './open-turn.ts';
import type { OtherTask, ProcessName, Reason } from './reason.ts';
import { type Sight, standingOf } from './stale-worker.ts';

/** Another task, and the process that it names. */
export type Other = { readonly task: Task; readonly worker: Worker | undefined };
type LaneFacts = {
  readonly sight: Sight;
  readonly turn: OpenTurn | undefined;
  /** Questions of this lane that nobody has answered. */
  readonly approvals: readonly Approval[];
  /** Tasks that this lane has made and that have not ended. */
  readonly children: readonly Other[];
};
export type TaskFacts = LaneFacts & {
  readonly task: Task;
  readonly worker: Worker | undefined;
  readonly startedAt: number | undefined;
  readonly dependencies: readonly Other[];
  /** How many queued tasks precede it. */
  readonly before: number;
  readonly modelAtWork: { readonly running: number; readonly cap: number };
  readonly hasTaker: boolean;
  /** Why it is parked, as its lane tells. */
  readonly parkMessage: string;
  /** The lane in whose inbox its notification waits. */
  readonly reportWaitsIn: LaneId | undefined;
};
export type ChatFacts = LaneFacts & {
  readonly chat: Chat;
  readonly row: LaneRow | undefined;
  readonly driver: Worker | undefined;
  readonly pending: readonly InboxRow[];
};

/** Why a task is as it is. Pure. */
export function whyTask(facts: TaskFacts): Reason[] {
  const { task, sight } = facts;
  if (hasEnded(task)) return endedReasons(facts);
  switch (task.status) {
    case 'waiting':
      return waitingReasons(facts);
    case 'queued':
      return queuedReasons(facts);
    case 'parked':
      return [
        { kind: 'parked', reason: task.parkReason, taskId: task.id, chatId: task.chatId, message: facts.parkMessage },
        ...takerReasons(facts, task.parkReason === 'process-gone'),
      ];
    default: {
      const process = nameOf(facts.worker);
      const standing = facts.worker ? standingOf(facts.worker, sight) : 'unknown';
      if (!process || standing !== 'alive')
        return [{ kind: 'runner-gone', process, standing, lane: task.id, chatId: task.chatId }];
      return [
        { kind: 'runs', process, sinceAt: facts.startedAt, attempt: task.attempt, ...stepOf(facts) },
        ...doing(facts, task.chatId),
      ];
    }
  }
}

/** Why the main lane of a chat is as it is. Pure. */
export function whyChat(facts: ChatFacts): Reason[] {
  const { chat, turn, driver, row, sight, pending } = facts;
  const chatId = chat.id;
  const standing = driver ? standingOf(driver, sight) : 'unknown';
  const isDriven = standing === 'alive';
  const process = nameOf(driver);
  const inbox = inboxReasons(facts, isDriven);
  if (!isDriven && turn) {
    const isCut = row?.driver !== undefined;
    return [
      isCut
        ? { kind: 'runner-gone', process, standing, lane: 'main', chatId }
        : { kind: 'turn-left-open', sinceAt: turn.startedAt, chatId },
      ...inbox,
    ];
  }
  if (!process || !turn) return [...(pending.length > 0 ? inbox : [{ kind: 'idle' } as const]), ...awaited(facts)];
  return [{ kind: 'runs', process, sinceAt: turn.startedAt, ...stepOf(facts) }, ...doing(facts, chatId), ...inbox];
}

function endedReasons({ task, reportWaitsIn }: TaskFacts): Reason[] {
  const { outcome, status, endedAt } = task;
  const message = outcome && outcome.kind !== 'completed' ? { message: outcome.message } : {};
  return [
    { kind: 'ended', status, endedAt, ...message },
    ...(reportWaitsIn ? [{ kind: 'report-waits', lane: reportWaitsIn, chatId: task.chatId } as const] : []),
  ];
}

function waitingReasons({ task, dependencies, sight }: TaskFacts): Reason[] {
  if (task.waitReason === 'dependencies' || task.waitReason === undefined) {
    const open = dependencies.filter(({ task: other }) => other.status !== 'completed');
    return [{ kind: 'depends-on', tasks: open.map(other => otherOf(other, sight)) }];
  }
  return [{ kind: 'waits-for', what: task.waitReason }];
}

function queuedReasons(facts: TaskFacts): Reason[] {
  const { task, sight, before, modelAtWork } = facts;
  if ((task.notBefore ?? 0) > sight.now) return [{ kind: 'not-due', dueAt: task.notBefore ?? 0 }];
  const isFull = modelAtWork.running >= modelAtWork.cap;
  return [
    { kind: 'queued', position: before + 1 },
    ...(isFull ? [{ kind: 'cap-reached', model: task.model, ...modelAtWork } as const] : []),
    ...takerReasons(facts, true),
  ];
}

function takerReasons({ hasTaker, task }: TaskFacts, isTakeable: boolean): Reason[] {
  return isTakeable && !hasTaker ? [{ kind: 'no-worker', chatId: task.chatId }] : [];
}

/** Of the open turn: the one whose calls run, or the one for which the model is asked. */
function stepOf({ turn }: LaneFacts): { step?: number } {
  return turn ? { step: turn.calls.length > 0 ? turn.steps : turn.steps + 1 } : {};
}

/** What a lane that somebody runs is busy with. */
function doing(facts: LaneFacts, chatId: ChatId): Reason[] {
  const { turn, approvals, children, sight } = facts;
  if (!turn) return awaited(facts);
  const asked = new Set(approvals.map(({ callId }) => callId));
  const reasons: Reason[] = approvals.map(({ id, tool, input, askedAt, deadline }) => ({
    kind: 'asks-person',
    approvalId: id,
    call: { tool, input },
    askedAt,
    deadlineAt: deadline,
    chatId,
  }));
  for (const { call, startedAt } of turn.calls) {
    if (asked.has(call.callId)) continue;
    const child = children.find(({ task }) => task.parentCallId === call.callId);
    if (child) reasons.push({ kind: 'awaits-tasks', tasks: [otherOf(child, sight)] });
    else if (startedAt === undefined) reasons.push({ kind: 'call-waits', call });
    else reasons.push({ kind: 'in-call', call, sinceAt: startedAt });
  }
  return reasons.length > 0 ? reasons : [{ kind: 'asks-model', sinceAt: turn.lastAt }];
}

/** Background tasks that a lane without a turn is owed. */
function awaited({ children, sight }: LaneFacts): Reason[] {
  const owed = children.filter(({ task }) => task.isBackground && !task.isSilent);
  return owed.length > 0 ? [{ kind: 'awaits-tasks', tasks: owed.map(child => otherOf(child, sight)) }] : [];
}

function inboxReasons({ pending, chat, turn }: ChatFacts, isDriven: boolean): Reason[] {
  if (pending.length === 0) return [];
  const wakes = pending.some(row => row.wakes);
  const because = isDriven ? (turn || wakes ? 'soon' : 'quiet') : wakes ? 'closed' : 'quiet';
  const rows = pending.map(({ id, kind }) => ({ id, kind }));
  return [{ kind: 'inbox-waits', rows, because, chatId: chat.id }];
}

function nameOf(worker: Worker | undefined): ProcessName | undefined {
  return worker && { workerId: worker.id, kind: worker.kind, pid: worker.pid, host: worker.host };
}

function otherOf({ task, worker }: Other, sight: Sight): OtherTask {
  const { id, description, attempt } = task;
  const runs = task.status === 'running';
  const isAlive = worker !== undefined && standingOf(worker, sight) === 'alive';
  const isStale = runs && !isAlive;
  const status = isStale ? 'parked' : task.status;
  return { id, description, status, attempt, isStale, ...(runs && isAlive ? { pid: worker.pid } : {}) };
}
