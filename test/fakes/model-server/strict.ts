import type { Message } from '../../../src/models/model.ts';

/** What a strict provider would refuse in a conversation; undefined when it is sound. */
export function conversationProblem(messages: readonly Message[]): string | undefined {
  if (messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages.0: the first message must be of the user';
  if (messages.at(-1)?.role === 'assistant')
    return `messages.${messages.length - 1}: the last message must not be of the assistant`;
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const problem = messageProblem(message, open);
    if (problem) return `messages.${index}: ${problem}`;
    if (message.role === 'assistant') open = new Set(message.calls.map(call => call.callId));
    if (message.role === 'tool') open.delete(message.callId);
  }
  return open.size > 0 ? `messages: tool calls without a result: ${[...open].join(', ')}` : undefined;
}

function messageProblem(message: Message, open: ReadonlySet<string>): string | undefined {
  if (message.role === 'tool') {
    return open.has(message.callId)
      ? undefined
      : `a result for ${message.callId}, which is no open tool call of the answer before it`;
  }
  if (open.size > 0) return `tool calls without a result before it: ${[...open].join(', ')}`;
  if (message.role === 'user') return message.text.trim() === '' ? 'an empty user message' : undefined;
  if (message.text.trim() === '' && message.calls.length === 0) return 'an empty assistant message';
  const ids = new Set(message.calls.map(call => call.callId));
  if (ids.size < message.calls.length) return 'two tool calls with the same id';
  const odd = message.calls.find(
    call => typeof call.input !== 'object' || call.input === null || Array.isArray(call.input),
  );
  return odd ? `the input of ${odd.callId} is not a JSON object` : undefined;
}
