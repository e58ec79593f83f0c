import type { Entry, EntryOf } from '../core/entry.ts';
import type { TaskId } from '../core/ids.ts';
import { taskOf } from '../views/wire-event.ts';
import { usageLine } from './result.ts';

/** The call that spawned a task, when an agent did. */
export type ParentCall = (task: TaskId) => string | undefined;

/**
 * What an entry is in the shapes that clients of coding agents know: `assistant` and `user` messages with content blocks. Undefined when it has
 * none. What a subagent says has the id of the call that spawned it as `parent_tool_use_id`; a task without such a call has no messages here.
 */
export function messageOf(entry: Entry, parentCall: ParentCall): object | undefined {
  const task = taskOf(entry);
  const parent = task === undefined ? null : parentCall(task);
  if (parent === undefined) return undefined;
  const body = bodyOf(entry);
  if (!body) return undefined;
  return {
    ...body,
    parent_tool_use_id: parent,
    session_id: entry.chatId,
    ...(task === undefined ? {} : { task_id: task }),
    uuid: `${entry.chatId}.${entry.seq}`,
    chat_id: entry.chatId,
    seq: entry.seq,
    at: new Date(entry.at).toISOString(),
  };
}

function bodyOf(entry: Entry): object | undefined {
  switch (entry.type) {
    case 'model:answered':
      return assistant(entry);
    case 'tool:ended':
      return user([{ type: 'tool_result', tool_use_id: entry.callId, content: entry.text, is_error: entry.isError }]);
    case 'user:said':
      return { ...user(entry.text), isReplay: true };
    case 'task:instructed':
      return user(entry.prompt);
    case 'lane:messaged':
    case 'notification:delivered':
    case 'program:remarked':
      return { ...user(entry.text), isSynthetic: true };
    default:
      return undefined;
  }
}

function user(content: unknown): object {
  return { type: 'user', message: { role: 'user', content } };
}

const stopReasons = { end: 'end_turn', tools: 'tool_use', length: 'max_tokens', refused: 'refusal' } as const;

function assistant({ chatId, seq, model, text, thinking, calls, stop, usage }: EntryOf<'model:answered'>): object {
  const content = [
    ...(thinking ? [{ type: 'thinking', thinking, signature: '' }] : []),
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...calls.map(call => ({ type: 'tool_use', id: call.callId, name: call.tool, input: call.input })),
  ];
  const id = `msg_${chatId}.${seq}`;
  const figures = { input_tokens: 0, output_tokens: 0, ...usageLine(usage) };
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReasons[stop],
    stop_sequence: null,
  };
  return { type: 'assistant', message: { ...message, usage: figures } };
}
