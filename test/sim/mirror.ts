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

export function createMirror(): Mirror {
  const tasks = new Map<TaskId, TaskFact>();
  const openApprovals = new Map<ApprovalId, { chatId: ChatId; tool: string }>();
  let ends = 0;

  function set(id: TaskId, state: TaskFact['state']): void {
    const task = tasks.get(id);
    if (task) task.state = state;
  }

  function applyOne(entry: Entry): void {
    switch (entry.type) {
      case 'task:queued': {
        const { taskId: id, chatId, parentLane, depth } = entry;
        tasks.set(id, { id, chatId, parentLane, depth, state: 'open' });
        return;
      }
      case 'task:requeued':
        return set(entry.taskId, 'open');
      case 'task:started':
        return set(entry.taskId, 'running');
      case 'task:parked':
        return set(entry.taskId, 'parked');
      case 'task:ended':
        ends += 1;
        return set(entry.taskId, 'ended');
      case 'approval:asked':
        return void openApprovals.set(entry.approvalId, { chatId: entry.chatId, tool: entry.tool });
      case 'approval:answered':
        return void openApprovals.delete(entry.approvalId);
      default:
    }
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
