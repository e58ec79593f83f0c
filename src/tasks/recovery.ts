import type { ToolCall } from '../core/entry.ts';
import type { InboxId, LaneId, TaskId } from '../core/ids.ts';
import type { Approval, InboxRow, LaneRow, Task, Worker } from '../store/rows.ts';
import type { PendingCall } from './open-turn.ts';
import { isStale, type Sight, standingOf } from './stale-worker.ts';

/** What the store says at the start, before this process has taken anything. */
export type Left = {
  readonly sight: Sight;
  /** Those that run or are parked, in the chats that are served. */
  readonly tasks: readonly Task[];
  /** Registered ones that have not ended. */
  readonly workers: readonly Worker[];
  /** Calls without a result, of lanes that this process goes on with. */
  readonly calls: ReadonlyMap<LaneId, readonly PendingCall[]>;
  /** Questions that nobody has answered and somebody could answer here. */
  readonly approvals: readonly Approval[];
  /** The main lane that this process is about to drive; absent where it drives none. */
  readonly main?: {
    readonly row: LaneRow | undefined;
    readonly hasOpenTurn: boolean;
    readonly pending: readonly InboxRow[];
  };
};

type InLane = { readonly lane: LaneId; readonly call: Pick<ToolCall, 'tool' | 'input'> };
/** What only a person lets go on. */
export type WaitsForPerson =
  | { readonly kind: 'budget' | 'asked'; readonly taskId: TaskId }
  | ({ readonly kind: 'approval' } & InLane);

/** What was found at the start and what becomes of it. */
export type Recovery = {
  /** Somebody went away without leaving. */
  readonly hasCrashed: boolean;
  /** Taken up where they stood. */
  readonly resumed: readonly TaskId[];
  /** Their attempts are used up: they end as failed with all the reasons. */
  readonly givenUp: readonly TaskId[];
  /** At work in another process, which lives. */
  readonly elsewhere: readonly { readonly taskId: TaskId; readonly pid: number; readonly host: string }[];
  readonly waits: readonly WaitsForPerson[];
  /** Calls that had begun and are not made again: the agent is told that their outcome is unknown. */
  readonly unknown: readonly InLane[];
  /** Notifications that came while nobody had the chat open. */
  readonly late: readonly InboxId[];
  /** What a person wrote and nobody has read: it starts a turn. */
  readonly unread: readonly InboxId[];
  /** The turn of the main lane that was left open goes on. */
  readonly goesOn: boolean;
};

/** What was found, or undefined when nothing was. Pure: a function of what the store says. */
export function recoveryOf(left: Left): Recovery | undefined {
  const { sight, main } = left;
  const workers = new Map(left.workers.map(worker => [worker.id, worker]));
  const tasks = left.tasks.filter(task => !task.isSilent);
  const stale = tasks.filter(task => isStale(task, workers, sight));
  const orphans = [...stale, ...tasks.filter(task => task.parkReason === 'process-gone')];
  const isGivenUp = (task: Task) => task.failures.length + (task.status === 'running' ? 1 : 0) >= task.maxAttempts;
  const resumed = orphans.filter(task => !isGivenUp(task)).map(task => task.id);
  const driver = main?.row?.driver && workers.get(main.row.driver);
  const isDrivenElsewhere = driver !== undefined && standingOf(driver, sight) === 'alive';
  const isOurs = main !== undefined && !isDrivenElsewhere;
  const lanes: LaneId[] = [...(isOurs && main.hasOpenTurn ? ['main' as const] : []), ...resumed];
  const recovery: Recovery = {
    hasCrashed: stale.length > 0 || (isOurs && main.row?.driver !== undefined),
    resumed,
    givenUp: orphans.filter(isGivenUp).map(task => task.id),
    elsewhere: tasks.flatMap(task => atWorkElsewhere(task, workers, sight)),
    waits: [...tasks.flatMap(parkedForPerson), ...asked(left.approvals, lanes, sight.now)],
    unknown: lanes.flatMap(lane => unknownCalls(lane, left.calls.get(lane) ?? [])),
    late: isOurs ? idsOf(main.pending, 'notification') : [],
    unread: isOurs ? idsOf(main.pending, 'input') : [],
    goesOn: isOurs && main.hasOpenTurn,
  };
  return isNothing(recovery) ? undefined : recovery;
}

function idsOf(rows: readonly InboxRow[], kind: InboxRow['kind']): InboxId[] {
  return rows.filter(row => row.kind === kind).map(row => row.id);
}

function atWorkElsewhere(task: Task, workers: ReadonlyMap<string, Worker>, sight: Sight): Recovery['elsewhere'] {
  const worker = task.status === 'running' && task.worker ? workers.get(task.worker) : undefined;
  if (!worker || standingOf(worker, sight) !== 'alive') return [];
  return [{ taskId: task.id, pid: worker.pid, host: worker.host }];
}

function parkedForPerson({ id, status, parkReason }: Task): WaitsForPerson[] {
  if (status !== 'parked' || parkReason === undefined || parkReason === 'process-gone') return [];
  return [{ kind: parkReason, taskId: id }];
}

function asked(approvals: readonly Approval[], lanes: readonly LaneId[], now: number): WaitsForPerson[] {
  return approvals
    .filter(({ lane, deadline }) => lanes.includes(lane) && deadline > now)
    .map(({ lane, tool, input }) => ({ kind: 'approval', lane, call: { tool, input } }));
}

function unknownCalls(lane: LaneId, calls: readonly PendingCall[]): InLane[] {
  return calls
    .filter(({ startedAt, isRepeatable }) => startedAt !== undefined && !isRepeatable)
    .map(({ call }) => ({ lane, call }));
}

/** That somebody went away while nothing was under way is not worth a line. */
function isNothing({ resumed, givenUp, elsewhere, waits, late, unread, goesOn }: Recovery): boolean {
  return [resumed, givenUp, elsewhere, waits, late, unread].every(list => list.length === 0) && !goesOn;
}
