import { count, itemsAt, member, type ProtocolRules, type Reading, sum, textAt, usageOf } from './protocol.ts';

/** Chat completions, streamed: https://platform.openai.com/docs/api-reference/chat-streaming. */
export const chatRules: ProtocolRules = {
  endMark: '[DONE]',
  needsLast: false,
  read(_event, data): Reading {
    const error = member(data, 'error');
    if (error !== undefined && error !== null) {
      const message = textAt(error, 'message') ?? (typeof error === 'string' ? error : 'an error without a message');
      const status = count(error, 'code');
      return { kind: 'error', error: { type: textAt(error, 'type') ?? textAt(error, 'code') ?? '', message, status } };
    }
    const usage = usageIn(member(data, 'usage'));
    const [choice] = itemsAt(data, 'choices');
    if (choice === undefined) return usage ? { kind: 'quiet', usage } : { kind: 'unknown' };
    if (textAt(choice, 'finish_reason') !== undefined) return { kind: 'stop', usage };
    return { kind: hasContent(member(choice, 'delta')) ? 'content' : 'quiet', usage };
  },
};

function hasContent(delta: unknown): boolean {
  const texts = ['content', 'reasoning_content', 'reasoning', 'refusal'].map(name => member(delta, name));
  return (
    texts.some(text => text !== undefined && text !== null && text !== '') || itemsAt(delta, 'tool_calls').length > 0
  );
}

function usageIn(usage: unknown) {
  return usageOf({
    inputTokens: count(usage, 'prompt_tokens'),
    outputTokens: count(usage, 'completion_tokens'),
    cacheReadTokens: sum(
      count(usage, 'prompt_tokens_details', 'cached_tokens') ?? count(usage, 'prompt_cache_hit_tokens'),
    ),
    cacheWriteTokens: count(usage, 'prompt_tokens_details', 'cache_write_tokens'),
  });
}
