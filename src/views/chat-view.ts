import type { Entry, EntryOf, ToolCall } from '../core/entry.ts';
import type { InboxId, TaskId } from '../core/ids.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import { noTasks, reduceTasks, type Tasks } from './task-group.ts';

/** What the lines of later entries need to know of earlier ones: a fold of the chat's log. */
export type View = {
  /** Of the chat; empty until it is told. */
  readonly title: string;
  /** How each task stands. */
  readonly taskRows: Tasks;
  readonly tasks: ReadonlyMap<TaskId, EntryOf<'task:queued'>>;
  /** Background tasks that were announced and have not ended or parked. */
  readonly atWork: ReadonlySet<TaskId>;
  /** What answers and compactions of all lanes took. */
  readonly spent: Usage;
  /** Input tokens of the main lane's newest answer. */
  readonly lastInput: number | undefined;
  /** Calls of the main lane that run. */
  readonly calls: ReadonlyMap<string, ToolCall>;
  /** What was typed here and shown when it was sent. */
  readonly own: ReadonlySet<InboxId>;
  /** Questions that wait for a person, oldest first. */
  readonly asked: readonly EntryOf<'approval:asked'>[];
};

export const emptyView: View = {
  title: '',
  taskRows: noTasks,
  tasks: new Map(),
  atWork: new Set(),
  spent: {},
  lastInput: undefined,
  calls: new Map(),
  own: new Set(),
  asked: [],
};

export function reduceView(view: View, entry: Entry): View {
  const taskRows = reduceTasks(view.taskRows, entry);
  return reduceRest(taskRows === view.taskRows ? view : { ...view, taskRows }, entry);
}

function reduceRest(view: View, entry: Entry): View {
  switch (entry.type) {
    case 'chat:created':
    case 'chat:renamed':
      return { ...view, title: entry.title };
    case 'task:queued': {
      if (entry.isSilent) return view;
      const atWork = entry.isBackground ? new Set([...view.atWork, entry.taskId]) : view.atWork;
      return { ...view, tasks: new Map(view.tasks).set(entry.taskId, entry), atWork };
    }
    case 'task:backgrounded':
    case 'task:requeued':
      return view.tasks.has(entry.taskId) ? { ...view, atWork: new Set([...view.atWork, entry.taskId]) } : view;
    case 'task:parked':
      return { ...view, atWork: without(view.atWork, entry.taskId) };
    case 'task:ended': {
      const asked = view.asked.filter(ask => ask.lane !== entry.taskId);
      return { ...view, asked, atWork: without(view.atWork, entry.taskId) };
    }
    case 'task:started':
      return view.tasks.get(entry.taskId)?.isBackground
        ? { ...view, atWork: new Set([...view.atWork, entry.taskId]) }
        : view;
    case 'tool:started':
      return entry.lane === 'main' ? { ...view, calls: new Map(view.calls).set(entry.callId, entry) } : view;
    case 'tool:ended': {
      // A call that ended while it was asked for was interrupted: the question is void.
      const asked = view.asked.filter(ask => ask.lane !== entry.lane || ask.callId !== entry.callId);
      if (entry.lane !== 'main') return { ...view, asked };
      const calls = new Map(view.calls);
      calls.delete(entry.callId);
      return { ...view, asked, calls };
    }
    case 'model:answered': {
      const spent = addUsage(view.spent, entry.usage);
      return entry.lane === 'main' ? { ...view, spent, lastInput: entry.usage.inputTokens } : { ...view, spent };
    }
    case 'context:compacted':
      return { ...view, spent: addUsage(view.spent, entry.usage) };
    case 'turn:ended':
      return entry.lane === 'main' ? { ...view, calls: new Map() } : view;
    case 'approval:asked':
      return { ...view, asked: [...view.asked, entry] };
    case 'approval:answered':
      return { ...view, asked: view.asked.filter(ask => ask.approvalId !== entry.approvalId) };
    default:
      return view;
  }
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  return set.has(item) ? new Set([...set].filter(other => other !== item)) : set;
}
