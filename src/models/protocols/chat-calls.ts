import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { count, member, textAt } from './protocol.ts';

export type ChatCalls = {
  /** A piece of a call, as it stands in `delta.tool_calls`. */
  add(piece: unknown): Generator<LanguageModelV4StreamPart>;
  /** All calls, in the order in which they began. */
  end(): Generator<LanguageModelV4StreamPart>;
};

type Call = { readonly key: string; id: string; name: string; json: string; extra: unknown };

/**
 * Puts streamed calls together. A piece belongs to the call of its index; servers that give none, to that of its id, or to the last one.
 * Some servers use an index again for the next call: a piece with a name and another id begins one of its own.
 */
export function createChatCalls(): ChatCalls {
  const calls: Call[] = [];

  function find(piece: unknown): Call | undefined {
    const index = count(piece, 'index');
    const id = textAt(piece, 'id') ?? '';
    if (index === undefined) return id === '' ? calls.at(-1) : calls.find(call => call.id === id);
    const known = calls.findLast(call => call.key === String(index));
    const hasName = (textAt(piece, 'function', 'name') ?? '') !== '';
    const isOther = known !== undefined && hasName && id !== '' && known.id !== '' && known.id !== id;
    return isOther ? undefined : known;
  }

  return {
    *add(piece) {
      const known = find(piece);
      const call = known ?? { key: String(count(piece, 'index') ?? ''), id: '', name: '', json: '', extra: undefined };
      if (!known) calls.push(call);
      const hadName = call.name !== '';
      // Once it was announced, a call keeps its id.
      if (!hadName) call.id ||= textAt(piece, 'id') ?? '';
      call.name ||= textAt(piece, 'function', 'name') ?? '';
      call.json += argumentsOf(piece);
      call.extra ??= member(piece, 'extra_content');
      if (hadName || call.name === '') return;
      call.id ||= `call_${calls.indexOf(call) + 1}`;
      yield { type: 'tool-input-start', id: call.id, toolName: call.name };
    },
    *end() {
      for (const call of calls) {
        const meta: SharedV4ProviderMetadata | undefined = isRecord(call.extra)
          ? { chat: { extra: call.extra } }
          : undefined;
        yield {
          type: 'tool-call',
          toolCallId: call.id,
          toolName: call.name,
          input: call.json,
          ...(meta ? { providerMetadata: meta } : {}),
        };
      }
    },
  };
}

/** Text by protocol; some servers send the object itself. */
function argumentsOf(piece: unknown): string {
  const found = member(piece, 'function', 'arguments');
  if (typeof found === 'string') return found;
  return typeof found === 'object' && found !== null ? JSON.stringify(found) : '';
}

type JsonRecord = SharedV4ProviderMetadata[string];

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
