import type { Entry } from '../../src/core/entry.ts';
import type { ApprovalId, ChatId, LaneId, TaskId } from '../../src/core/ids.ts';

type TaskFact = {
  readonly id: TaskId;
  readonly chatId: ChatId;
  readonly parentLane: LaneId | undefined;
  readonly depth: number;
  state: 'open' | 'running' | 'parked' | 'ended';
};

/** What the world knows of its chats without asking the store: what users and models choose from. */
export type Mirror = {
  readonly tasks: ReadonlyMap<TaskId, TaskFact>;
  readonly openApprovals: ReadonlyMap<ApprovalId, { readonly chatId: ChatId; readonly tool: string }>;
  readonly ends: () => number;
  apply(entries: readonly Entry[]): void;
};

const stateAfter: Partial<Record<Entry['type'], TaskFact['state']>> = {
  'task:requeued': 'open',
  'task:started': 'running',
  'task:parked': 'parked',
  'task:ended': 'ended',
};

export function createMirror(): Mirror {
  const tasks = new Map<TaskId, TaskFact>();
  const openApprovals = new Map<ApprovalId, { chatId: ChatId; tool: string }>();
  let ends = 0;

  function applyOne(entry: Entry): void {
    const state = stateAfter[entry.type];
    const task = state && 'taskId' in entry ? tasks.get(entry.taskId) : undefined;
    if (task && state) task.state = state;
    if (entry.type === 'task:ended') ends += 1;
    if (entry.type === 'approval:asked')
      openApprovals.set(entry.approvalId, { chatId: entry.chatId, tool: entry.tool });
    if (entry.type === 'approval:answered') openApprovals.delete(entry.approvalId);
    if (entry.type !== 'task:queued') return;
    const { taskId: id, chatId, parentLane, depth } = entry;
    tasks.set(id, { id, chatId, parentLane, depth, state: 'open' });
  }

  return {
    tasks,
    openApprovals,
    ends: () => ends,
    apply(entries) {
      for (const entry of entries) applyOne(entry);
    },
  };
}
