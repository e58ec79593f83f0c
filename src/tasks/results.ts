import type { TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import type { ToolResult } from '../tools/tool.ts';
import { headerOf, type ReportLimits, resultText } from './notification.ts';

/** What a Task call answers for a task that has ended or is parked (S7, S8): header, report, where the whole is. */
export function endResult(task: Task, outputFile: string, limits: ReportLimits): ToolResult {
  const pointer = `Output file: ${outputFile}`;
  if (!task.outcome) {
    const text = `${headerOf(task)}\n\nThe task is parked (${task.parkReason ?? 'asked'}); it is not lost, and goes on when it is retried.\n\n${pointer}`;
    return { text, isError: true, display: display(task) };
  }
  const report = resultText(task.outcome, outputFile, limits);
  return {
    text: `${headerOf(task)}\n\n${report}\n\n${pointer}`,
    isError: task.outcome.kind !== 'completed',
    display: display(task),
    delivers: [task.id],
  };
}

export type QueuePlace =
  | { readonly kind: 'running' }
  | { readonly kind: 'queued'; readonly position: number }
  | { readonly kind: 'waiting'; readonly for: readonly TaskId[] };

/** What a background Task call answers at once (S6). */
export function backgroundResult(task: Task, outputFile: string, place: QueuePlace): ToolResult {
  const lines = [
    `Task ${placeText(place)} in background with task ID: ${task.id}`,
    `Agent ID: ${task.agentId}`,
    `Output file: ${outputFile}`,
    '',
    'Its result will be delivered to you by itself as soon as it ends; there is no need to poll for it.',
  ];
  return { text: lines.join('\n'), display: display(task) };
}

function placeText(place: QueuePlace): string {
  if (place.kind === 'queued') return `queued (position ${place.position})`;
  return place.kind === 'waiting' ? `waiting (for ${place.for.join(', ')})` : 'running';
}

function display(task: Task): unknown {
  return {
    kind: 'task',
    taskId: task.id,
    description: task.description,
    agentType: task.agentType,
    status: task.status,
  };
}
