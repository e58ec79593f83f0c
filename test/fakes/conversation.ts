import type { Message, ModelRequest } from '../../src/models/model.ts';

/** A request with these messages; everything else as plain as can be. */
export function requestOf(messages: readonly Message[], more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'playbook/test',
    system: '',
    messages,
    newFrom: 0,
    conversation: 'conv_test',
    tools: [],
    agent: 'primary',
    ...more,
  };
}

export const user = (text: string): Message => ({ role: 'user', text });

/** An answer; `calls` are names of tools, their ids `c1`, `c2` … */
export const answer = (text: string, ...calls: readonly string[]): Message => ({
  role: 'assistant',
  text,
  calls: calls.map((tool, index) => ({ callId: `c${index + 1}`, tool, input: {} })),
});

export const result = (tool: string, text: string, callId = 'c1', isError = false): Message => ({
  role: 'tool',
  callId,
  tool,
  text,
  isError,
});
