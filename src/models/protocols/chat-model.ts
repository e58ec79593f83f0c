import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import type { Asking } from '../providers.ts';
import type { GuardedFrame } from '../wire/guard.ts';
import { createChatCalls } from './chat-calls.ts';
import { chatMessages, chatTools } from './chat-messages.ts';
import { itemsAt, member, textAt } from './protocol.ts';

/** Asks over chat completions (https://platform.openai.com/docs/api-reference/chat/create), streaming. */
export async function streamChat(
  call: LanguageModelV4CallOptions,
  { config, model, request }: Asking,
): Promise<AsyncIterable<LanguageModelV4StreamPart>> {
  const body = {
    model,
    messages: chatMessages(call.prompt),
    ...(call.tools === undefined ? {} : { tools: chatTools(call.tools) }),
    ...(call.maxOutputTokens === undefined ? {} : { max_tokens: call.maxOutputTokens }),
    stream: true,
    stream_options: { include_usage: true },
  };
  const headers = {
    'content-type': 'application/json',
    ...(config.key === undefined ? {} : { authorization: `Bearer ${config.key}` }),
    ...config.headers,
  };
  return partsOf(await request(`${config.baseUrl}/chat/completions`, headers, JSON.stringify(body)));
}

/** The answer's parts in the words that the other adapters use. */
async function* partsOf(frames: AsyncIterable<GuardedFrame>): AsyncGenerator<LanguageModelV4StreamPart> {
  const calls = createChatCalls();
  let finishReason: string | undefined;
  let hasRefused = false;
  for await (const { json } of frames) {
    const [choice] = itemsAt(json, 'choices');
    const delta = member(choice, 'delta');
    const thought = textAt(delta, 'reasoning_content') ?? textAt(delta, 'reasoning') ?? '';
    if (thought !== '') yield { type: 'reasoning-delta', id: 'thinking', delta: thought };
    const refusal = textAt(delta, 'refusal') ?? '';
    hasRefused ||= refusal !== '';
    const text = contentOf(member(delta, 'content')) + refusal;
    if (text !== '') yield { type: 'text-delta', id: 'text', delta: text };
    for (const piece of itemsAt(delta, 'tool_calls')) yield* calls.add(piece);
    finishReason ??= textAt(choice, 'finish_reason');
  }
  yield* calls.end();
  yield { type: 'finish', finishReason: reasonOf(finishReason, hasRefused), usage: unread };
}

/** A text, or the text parts of a list. */
function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map(part => textAt(part, 'text') ?? '').join('') : '';
}

function reasonOf(raw: string | undefined, hasRefused: boolean): LanguageModelV4FinishReason {
  const unified = raw === undefined ? 'interrupted' : (reasons[raw] ?? 'other');
  return { unified: hasRefused && unified === 'stop' ? 'content-filter' : unified, raw };
}

const reasons: Readonly<Record<string, LanguageModelV4FinishReason['unified']>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  error: 'error',
};

/** The guard reads usage from the events themselves. */
const unread = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
