import { count, itemsAt, member, type ProtocolRules, type Reading, sum, textAt, usageOf } from './protocol.ts';

/** streamGenerateContent with alt=sse: https://ai.google.dev/api/generate-content. The stream ends by closing. */
export const googleRules: ProtocolRules = {
  needsLast: false,
  read(_event, data): Reading {
    const error = member(data, 'error');
    if (error !== undefined) {
      return {
        kind: 'error',
        error: {
          type: textAt(error, 'status') ?? '',
          message: textAt(error, 'message') ?? 'an error without a message',
          status: count(error, 'code'),
        },
      };
    }
    const usage = usageIn(member(data, 'usageMetadata'));
    const [candidate] = itemsAt(data, 'candidates');
    const isBlocked = textAt(data, 'promptFeedback', 'blockReason') !== undefined;
    if (candidate === undefined && !isBlocked) return usage ? { kind: 'quiet', usage } : { kind: 'unknown' };
    if (isBlocked || textAt(candidate, 'finishReason') !== undefined) return { kind: 'stop', usage };
    return { kind: itemsAt(candidate, 'content', 'parts').some(hasContent) ? 'content' : 'quiet', usage };
  },
};

function hasContent(part: unknown): boolean {
  return textAt(part, 'text') !== '' || textAt(part, 'thoughtSignature') !== undefined;
}

function usageIn(usage: unknown) {
  return usageOf({
    inputTokens: sum(count(usage, 'promptTokenCount'), count(usage, 'toolUsePromptTokenCount')),
    outputTokens: sum(count(usage, 'candidatesTokenCount'), count(usage, 'thoughtsTokenCount')),
    cacheReadTokens: count(usage, 'cachedContentTokenCount'),
  });
}
