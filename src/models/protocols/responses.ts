import { count, member, type ProtocolRules, type Reading, textAt, usageOf } from './protocol.ts';

const quiet = new Set(['response.created', 'response.in_progress', 'response.queued']);

/** Responses, streamed: https://platform.openai.com/docs/api-reference/responses-streaming. */
export const responsesRules: ProtocolRules = {
  needsLast: true,
  read(_event, data): Reading {
    const type = textAt(data, 'type') ?? '';
    if (type === 'response.completed' || type === 'response.incomplete') {
      return { kind: 'last', usage: usageIn(member(data, 'response', 'usage')) };
    }
    if (type === 'response.failed') return errorIn(member(data, 'response', 'error'));
    if (type === 'error') return errorIn(member(data, 'error') ?? data);
    if (quiet.has(type)) return { kind: 'quiet' };
    return { kind: type.startsWith('response.') ? 'content' : 'unknown' };
  },
};

function errorIn(error: unknown): Reading {
  const type = textAt(error, 'code') ?? textAt(error, 'type') ?? '';
  return { kind: 'error', error: { type, message: textAt(error, 'message') ?? 'an error without a message' } };
}

function usageIn(usage: unknown) {
  return usageOf({
    inputTokens: count(usage, 'input_tokens'),
    outputTokens: count(usage, 'output_tokens'),
    cacheReadTokens: count(usage, 'input_tokens_details', 'cached_tokens'),
    cacheWriteTokens: count(usage, 'input_tokens_details', 'cache_write_tokens'),
  });
}
