import type { Entry } from '../core/entry.ts';
import { unreachable } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import { redact } from '../core/redact.ts';
import { oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import type { Task } from '../store/rows.ts';
import { headerOf } from './notification.ts';

/** The first lines of a transcript. */
export function transcriptHead(task: Pick<Task, 'description' | 'agentType'>): string[] {
  return clean(
    `[Task started: ${oneLine(task.description, limits.transcriptCallChars)}]\n[subagent_type: ${task.agentType}]\n`,
  );
}

/** The lines that one entry of the task's lane adds (S26, S27): whole lines, control characters shown escaped, known secrets taken out. */
export function transcriptLines(entry: Entry): string[] {
  return clean(rawLines(entry));
}

/** The lines of an entry, with what only the task's row knows. */
export function transcriptLinesOf(task: Parameters<typeof headerOf>[0], entry: Entry): string[] {
  if (entry.type !== 'task:ended') return transcriptLines(entry);
  const header = clean(`\n${headerOf(task)}\n`);
  return [...header, ...transcriptLines(entry)];
}

function rawLines(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'task:instructed':
      return `${entry.prompt}\n`;
    case 'user:said':
      return `[user] ${entry.text}`;
    case 'lane:messaged':
      return `[message from ${entry.from}] ${entry.text}`;
    case 'notification:delivered':
      return entry.tasks.map(task => `[notification] ${task.summary} (${task.taskId})`).join('\n');
    case 'program:remarked':
      return `[remark] ${entry.text}`;
    case 'model:answered':
      return entry.text === '' ? undefined : entry.text;
    case 'model:broke-off':
      return [entry.text, `[error] ${entry.reason}: ${entry.message}`].filter(part => part !== '').join('\n');
    case 'tool:started':
      return `[tool] ${entry.tool}(${oneLine(JSON.stringify(entry.input) ?? '', limits.transcriptCallChars)})`;
    case 'tool:ended':
      return `[result] ${entry.tool}${entry.isError ? ' failed' : ''}: ${oneLine(entry.text, limits.transcriptResultChars)}`;
    case 'turn:ended':
      return entry.end === 'done' ? undefined : `[turn ended: ${entry.end}] ${entry.message ?? ''}`;
    case 'context:compacted':
      return '[compacted: what came before is summarised in what the model sees]';
    case 'policy:changed':
      return undefined;
    case 'approval:asked':
      return `[approval asked] ${entry.tool}: ${entry.reason}`;
    case 'approval:answered':
      return `[approval ${entry.verdict}] ${entry.message ?? ''}`;
    case 'task:started':
      return entry.attempt > 1 ? `[attempt ${entry.attempt}]` : undefined;
    case 'task:waited':
      return `[waiting: ${entry.reason}]`;
    case 'task:parked':
      return `[parked: ${entry.reason}] ${entry.message}`;
    case 'task:requeued':
      return `[queued again] ${entry.reason}`;
    case 'task:ended':
      return endLines(entry.outcome);
    case 'note:written':
      return entry.text.startsWith('[') ? entry.text : `[${entry.level}] ${entry.text}`;
    case 'chat:created':
    case 'chat:renamed':
    case 'turn:started':
    case 'task:queued':
    case 'task:backgrounded':
      return undefined;
    default:
      return unreachable(entry);
  }
}

function endLines(outcome: Extract<Entry, { type: 'task:ended' }>['outcome']): string {
  switch (outcome.kind) {
    case 'completed':
      return `${outcome.report}\n[Task completed]`;
    case 'failed':
      return `${outcome.partial === undefined ? '' : `${outcome.partial}\n`}[error] ${outcome.message}\n[Task failed]`;
    case 'stopped':
      return `${outcome.partial === undefined ? '' : `${outcome.partial}\n`}${outcome.message}\n[Task stopped]`;
    default:
      return unreachable(outcome);
  }
}

function clean(text: string | undefined): string[] {
  return text === undefined ? [] : redact(text).split('\n').map(visible);
}
