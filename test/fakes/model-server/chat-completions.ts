import * as z from 'zod';
import type { Message } from '../../../src/models/model.ts';
import { chunksOf } from '../../../src/models/playbook/chunks.ts';
import { parseBody, partsText } from './body.ts';
import { bearer, type Frame, type Protocol, parseArguments, toolOfCall, toolSpec, type WireReply } from './protocol.ts';

/** OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat and /chat-streaming. */
const content = z
  .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
  .nullish();
const messageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer']), content }),
  z.looseObject({ role: z.literal('user'), content }),
  z.looseObject({
    role: z.literal('assistant'),
    content,
    reasoning_content: z.string().nullish(),
    tool_calls: z
      .array(
        z.looseObject({
          id: z.string(),
          type: z.literal('function'),
          function: z.object({ name: z.string(), arguments: z.string() }),
        }),
      )
      .nullish(),
  }),
  z.looseObject({ role: z.literal('tool'), content, tool_call_id: z.string() }),
]);
const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().nullish(),
  max_completion_tokens: z.int().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function'),
        function: z.looseObject({
          name: z.string(),
          description: z.string().optional(),
          parameters: z.record(z.string(), z.unknown()).optional(),
        }),
      }),
    )
    .nullish(),
});

export const chatCompletions: Protocol = {
  name: 'chat-completions',
  isPath: path => path.endsWith('/chat/completions'),
  keyOf: bearer,
  read(raw) {
    const body = parseBody(bodySchema, raw);
    const system = body.messages.filter(message => message.role === 'system' || message.role === 'developer');
    return {
      model: body.model,
      system: system.map(message => partsText(message.content)).join('\n\n'),
      messages: readMessages(body.messages),
      tools: (body.tools ?? []).map(({ function: tool }) => toolSpec(tool.name, tool.description, tool.parameters)),
      maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
      isStream: body.stream ?? false,
      includeUsage: body.stream_options?.include_usage ?? false,
    };
  },
  frames(reply) {
    const chunk = (part: Frame['part'], choices: unknown[], more: object = {}): Frame => ({
      part,
      data: JSON.stringify({ ...head(reply, 'chat.completion.chunk'), choices, ...more }),
    });
    const delta = (value: unknown): Frame => chunk('content', [{ index: 0, delta: value, finish_reason: null }]);
    return [
      chunk('start', [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
      ...chunksOf(reply.thinking ?? '', reply.chunkChars).map(text => delta({ reasoning_content: text })),
      ...chunksOf(reply.text, reply.chunkChars).map(text => delta({ content: text })),
      ...reply.calls.flatMap((call, index) => [
        delta({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.tool, arguments: '' } }] }),
        ...chunksOf(call.json, reply.chunkChars).map(text =>
          delta({ tool_calls: [{ index, function: { arguments: text } }] }),
        ),
      ]),
      chunk('end', [{ index: 0, delta: {}, finish_reason: finishReasons[reply.stop] }]),
      ...(reply.includeUsage ? [chunk('end', [], { usage: usageOf(reply) })] : []),
      { part: 'end', data: '[DONE]' },
    ];
  },
  whole(reply) {
    const message = {
      role: 'assistant',
      content: reply.text === '' ? null : reply.text,
      reasoning_content: reply.thinking,
      tool_calls:
        reply.calls.length === 0
          ? undefined
          : reply.calls.map(call => ({
              id: call.id,
              type: 'function',
              function: { name: call.tool, arguments: call.json },
            })),
    };
    return {
      ...head(reply, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finishReasons[reply.stop] }],
      usage: usageOf(reply),
    };
  },
  error: openaiError,
  errorFrame: message => ({
    part: 'end',
    data: JSON.stringify(openaiError({ status: 503, message, isOverflow: false })),
  }),
  unknownFrame: padding => ({
    part: 'content',
    event: 'weather',
    data: JSON.stringify({ id: 'weather', object: 'chat.completion.weather', choices: [], weather: 'fair', padding }),
  }),
  keepAlive: ': keep-alive\n\n',
};

const finishReasons = { end: 'stop', tools: 'tool_calls', length: 'length', refused: 'content_filter' } as const;

const head = (reply: WireReply, object: string) => ({
  id: `chatcmpl-${reply.number}`,
  object,
  created: 1_700_000_000,
  model: reply.model,
});

function usageOf({ usage }: WireReply) {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0 },
  };
}

function readMessages(list: readonly z.infer<typeof messageSchema>[]): Message[] {
  const messages: Message[] = [];
  for (const message of list) {
    const text = partsText(message.content);
    if (message.role === 'user') messages.push({ role: 'user', text });
    if (message.role === 'assistant') {
      const calls = (message.tool_calls ?? []).map(call => ({
        callId: call.id,
        tool: call.function.name,
        input: parseArguments(call.function.arguments),
      }));
      messages.push({ role: 'assistant', text, thinking: message.reasoning_content ?? undefined, calls });
    }
    if (message.role === 'tool') {
      const callId = message.tool_call_id;
      messages.push({ role: 'tool', callId, tool: toolOfCall(messages, callId), text, isError: false });
    }
  }
  return messages;
}

/** The form of an error that both protocols of OpenAI share. */
export function openaiError({ status, message, isOverflow }: { status: number; message: string; isOverflow: boolean }) {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  if (!isOverflow) return { error: { message, type, param: null, code: codes[status] ?? null } };
  const text = `Your input exceeds the context window of this model: ${message}`;
  return { error: { message: text, type, param: 'messages', code: 'context_length_exceeded' } };
}

const codes: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  402: 'insufficient_quota',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
};
