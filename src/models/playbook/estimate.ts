import type { Message, ModelRequest } from '../model.ts';

/** Characters of a token, roughly, in English text and code. */
const charsPerToken = 4;

export const estimateTokens = (chars: number): number => Math.ceil(chars / charsPerToken);

/** Characters of a request that a model would read. */
export function requestChars(request: Pick<ModelRequest, 'system' | 'messages'>): number {
  return request.messages.reduce((sum, message) => sum + messageChars(message), request.system.length);
}

function messageChars(message: Message): number {
  if (message.role !== 'assistant') return message.text.length;
  return message.calls.reduce(
    (sum, call) => sum + call.tool.length + inputChars(call.input),
    message.text.length + (message.thinking?.length ?? 0),
  );
}

const inputChars = (input: unknown): number => JSON.stringify(input)?.length ?? 0;
