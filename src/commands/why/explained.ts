import { shortId } from '../../core/ids.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { Chat, Task } from '../../store/rows.ts';
import type { Reason } from '../../tasks/reason.ts';
import { reasonText } from '../../tasks/why-words.ts';
import { iso, snakeKeys } from '../json.ts';

export type ExplainedTask = { readonly task: Task; readonly reasons: readonly Reason[] };
export type Explained =
  | ({ readonly kind: 'task' } & ExplainedTask)
  | {
      readonly kind: 'chat';
      readonly chat: Chat;
      readonly reasons: readonly Reason[];
      /** What is open in it. */
      readonly tasks: readonly ExplainedTask[];
    };

const nameChars = 60;

/** The first reason beside the name, the others under it; a chat's open tasks after that. */
export function explainedText(explained: Explained, now: number): string {
  const lines =
    explained.kind === 'task'
      ? taskLines(explained, now)
      : [
          ...reasonLines(`chat ${shortId(explained.chat.id)} ${named(explained.chat.title)}`, explained.reasons, now),
          ...explained.tasks.flatMap(task => taskLines(task, now)),
        ];
  return lines.map(line => `${line}\n`).join('');
}

function taskLines({ task, reasons }: ExplainedTask, now: number): string[] {
  return reasonLines(`task ${shortId(task.id)} ${named(task.description)}`, reasons, now);
}

function reasonLines(name: string, reasons: readonly Reason[], now: number): string[] {
  return [name, ...reasons.map(reason => `  ${reasonText(reason, now)}`)];
}

function named(text: string): string {
  return `"${visible(oneLine(text, nameChars))}"`;
}

export function explainedJson(explained: Explained, now: number) {
  if (explained.kind === 'task') return { kind: 'task', ...taskJson(explained, now) };
  const { chat, reasons, tasks } = explained;
  return {
    kind: 'chat',
    chat_id: chat.id,
    lane: 'main',
    title: chat.title,
    reasons: reasons.map(reason => reasonJson(reason, now)),
    tasks: tasks.map(task => taskJson(task, now)),
  };
}

function taskJson({ task, reasons }: ExplainedTask, now: number) {
  const { id, chatId, description, status, attempt } = task;
  return {
    chat_id: chatId,
    lane: id,
    task_id: id,
    description,
    // As it stands, like everywhere else: nobody runs it any more.
    status: reasons.some(({ kind }) => kind === 'runner-gone') ? 'parked' : status,
    attempt,
    reasons: reasons.map(reason => reasonJson(reason, now)),
  };
}

/** `kind` and `text` of every reason, and what it is made of; times in ISO 8601. */
function reasonJson(reason: Reason, now: number) {
  const facts = Object.entries(reason).map(([key, value]) => [
    key,
    key.endsWith('At') && typeof value === 'number' ? iso(value) : value,
  ]);
  return { ...snakeKeys(Object.fromEntries(facts)), text: reasonText(reason, now) };
}
