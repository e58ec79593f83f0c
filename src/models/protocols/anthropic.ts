import { count, member, type ProtocolRules, type Reading, sum, textAt, usageOf } from './protocol.ts';

/** Messages, streamed: https://docs.anthropic.com/en/docs/build-with-claude/streaming. */
export const anthropicRules: ProtocolRules = {
  needsLast: true,
  read(_event, data): Reading {
    switch (textAt(data, 'type')) {
      case 'message_start':
        return { kind: 'content', usage: usageIn(member(data, 'message', 'usage')) };
      case 'content_block_start':
        return { kind: 'content' };
      case 'content_block_delta':
        return { kind: hasContent(member(data, 'delta')) ? 'content' : 'quiet' };
      case 'content_block_stop':
        return { kind: 'quiet' };
      case 'message_delta':
        return {
          kind: textAt(data, 'delta', 'stop_reason') === undefined ? 'quiet' : 'stop',
          usage: usageIn(member(data, 'usage')),
        };
      case 'message_stop':
        return { kind: 'last' };
      case 'error':
        return {
          kind: 'error',
          error: {
            type: textAt(data, 'error', 'type') ?? '',
            message: textAt(data, 'error', 'message') ?? 'an error without a message',
          },
        };
      default:
        return { kind: 'unknown' };
    }
  },
};

function hasContent(delta: unknown): boolean {
  return ['text', 'thinking', 'partial_json', 'signature'].some(name => (textAt(delta, name) ?? '') !== '');
}

/** Anthropic's `input_tokens` leaves out what was read from or written to the cache. */
function usageIn(usage: unknown) {
  const read = count(usage, 'cache_read_input_tokens');
  const written = count(usage, 'cache_creation_input_tokens');
  return usageOf({
    inputTokens: sum(count(usage, 'input_tokens'), read, written),
    outputTokens: count(usage, 'output_tokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
  });
}
