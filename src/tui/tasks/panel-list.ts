import { shortId, type TaskId } from '../../core/ids.ts';
import { asTree, isOpen, isShown, type Tasks, taskRow } from '../../views/task-group.ts';
import type { TaskRow } from '../../views/task-row.ts';

export type Listed = { readonly row: TaskRow; readonly level: number };

/** The tasks of a chat that have all of these words: the newest first, what works for another under it. Silent ones are not among them (S38). */
export function listTasks(tasks: Tasks, words: string): readonly Listed[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = tasks.order.flatMap(id => {
    const row = taskRow(tasks, id);
    return row && isShown(tasks, row) && hasAll(row, wanted) ? [row] : [];
  });
  return asTree(rows.reverse());
}

/** Where the panel begins: with what asks, else with what is at work, else with the newest. */
export function firstChoice(listed: readonly Listed[]): TaskId | undefined {
  const found =
    listed.find(({ row }) => row.asked.length > 0) ??
    listed.find(({ row }) => row.state.kind === 'running') ??
    listed.find(({ row }) => isOpen(row)) ??
    listed[0];
  return found?.row.id;
}

/** How many tasks under it have not ended. */
export function openUnder(tasks: Tasks, id: TaskId): number {
  const children = tasks.order.flatMap(other => {
    const row = taskRow(tasks, other);
    return row?.announced?.parent === id ? [row] : [];
  });
  return children.reduce((sum, row) => sum + (isOpen(row) ? 1 : 0) + openUnder(tasks, row.id), 0);
}

/** Whether the conversation waits for a task, which can go to the background (S9). */
export function hasTaskInFront(tasks: Tasks): boolean {
  return tasks.order.some(id => {
    const row = taskRow(tasks, id);
    return row !== undefined && isInFront(row);
  });
}

/** Whether the call of the main lane that made a task waits for it, so that it can go to the background. */
function isInFront(row: TaskRow): boolean {
  const { announced, wentToBackground } = row;
  return isOpen(row) && announced?.parent === 'main' && !announced.isBackground && !wentToBackground;
}

function hasAll(row: TaskRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { announced, state, asked, id } = row;
  const text = [announced?.description, announced?.agentType, announced?.model, state.kind, shortId(id)].join(' ');
  const all = `${text} ${asked.length > 0 ? 'waits for you' : ''}`.toLowerCase();
  return words.every(word => all.includes(word));
}
