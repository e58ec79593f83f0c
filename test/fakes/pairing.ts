import type { Message } from '../../src/models/model.ts';

/**
 * What a strict provider would refuse of a request's messages: a call without its result before the next user or assistant message, a result without
 * a call or in another order than the calls, an id twice in one answer, an empty conversation, text that is not well-formed. Empty when all is right.
 */
export function pairingProblems(messages: readonly Message[]): string[] {
  const problems: string[] = [];
  let owed: string[] = [];
  const missing = (index: number) => {
    if (owed.length > 0) problems.push(`message ${index} (or the end) comes before the results of ${owed.join(', ')}`);
    owed = [];
  };
  messages.forEach((message, index) => {
    if (!message.text.isWellFormed()) problems.push(`message ${index} is not well-formed`);
    if (message.role === 'tool') {
      const expected = owed.shift();
      if (expected !== message.callId)
        problems.push(`message ${index} answers ${message.callId} where ${expected ?? 'no call'} is owed`);
      return;
    }
    missing(index);
    if (message.role === 'user' && message.text === '') problems.push(`message ${index} is empty`);
    if (message.role !== 'assistant') return;
    if (message.text === '' && message.calls.length === 0) problems.push(`message ${index} says and calls nothing`);
    owed = message.calls.map(call => call.callId);
    if (new Set(owed).size < owed.length) problems.push(`message ${index} has an id twice`);
  });
  missing(messages.length);
  if (messages[0]?.role !== 'user') problems.push('the first message is not of a user');
  if (messages.at(-1)?.role === 'assistant') problems.push('the last message is an answer');
  return problems;
}
