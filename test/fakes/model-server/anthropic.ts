import * as z from 'zod';
import type { Message } from '../../../src/models/model.ts';
import { chunksOf } from '../../../src/models/playbook/chunks.ts';
import { parseBody, partsText } from './body.ts';
import { bearer, type Frame, type Protocol, toolOfCall, toolSpec, type WireReply } from './protocol.ts';

/** A signature is opaque to a client, which must give it back as it came; another provider's is refused. */
const signature = Buffer.from('signed by the scripted server').toString('base64');

/** Anthropic messages: https://docs.anthropic.com/en/api/messages and /messages-streaming. */
const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
const blockSchema = z.discriminatedUnion('type', [
  textBlock,
  z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.literal(signature) }),
  z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.looseObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z
      .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
      .optional(),
    is_error: z.boolean().optional(),
  }),
]);
type Block = z.infer<typeof blockSchema>;
const bodySchema = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  messages: z.array(
    z.looseObject({ role: z.enum(['user', 'assistant']), content: z.union([z.string(), z.array(blockSchema)]) }),
  ),
  stream: z.boolean().optional(),
  tools: z
    .array(
      z.looseObject({
        name: z.string(),
        description: z.string().optional(),
        input_schema: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

export const anthropic: Protocol = {
  name: 'anthropic',
  isPath: path => path.endsWith('/messages'),
  keyOf: headers => (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : bearer(headers)),
  read(raw) {
    const body = parseBody(bodySchema, raw);
    const messages: Message[] = [];
    for (const { role, content } of body.messages) {
      const blocks: readonly Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
      if (role === 'assistant') messages.push(readAnswer(blocks));
      if (role === 'user') for (const block of blocks) messages.push(...readInput(block, messages));
      if (role === 'user' && blocks.length === 0) messages.push({ role: 'user', text: '' });
    }
    return {
      model: body.model,
      system: typeof body.system === 'string' ? body.system : (body.system ?? []).map(part => part.text).join('\n\n'),
      messages,
      tools: (body.tools ?? []).map(tool => toolSpec(tool.name, tool.description, tool.input_schema)),
      maxOutputTokens: body.max_tokens,
      isStream: body.stream ?? false,
      includeUsage: true,
    };
  },
  frames(reply) {
    const { input_tokens, cache_read_input_tokens } = usageOf(reply);
    const message = {
      ...head(reply),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usageOf(reply), output_tokens: 1 },
    };
    return [
      frame('start', 'message_start', { message }),
      frame('start', 'ping', {}),
      ...blocksOf(reply).flatMap((block, index) => blockFrames(block, index, reply.chunkChars)),
      frame('end', 'message_delta', {
        delta: { stop_reason: stopReasons[reply.stop], stop_sequence: null },
        usage: { input_tokens, cache_read_input_tokens, output_tokens: reply.usage.outputTokens },
      }),
      frame('end', 'message_stop', {}),
    ];
  },
  whole(reply) {
    const content = blocksOf(reply).map(block => {
      if (block.type === 'thinking') return { type: 'thinking', thinking: block.text, signature };
      return block.type === 'text'
        ? { type: 'text', text: block.text }
        : { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    });
    return {
      ...head(reply),
      content,
      stop_reason: stopReasons[reply.stop],
      stop_sequence: null,
      usage: usageOf(reply),
    };
  },
  error({ status, message, isOverflow }) {
    const type = isOverflow
      ? 'invalid_request_error'
      : (errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'));
    const text = isOverflow && !message.startsWith('prompt is too long') ? `prompt is too long: ${message}` : message;
    return { type: 'error', error: { type, message: text }, request_id: 'req_scripted' };
  },
  errorFrame: message =>
    frame('end', 'error', { error: { type: 'overloaded_error', message }, request_id: 'req_scripted' }),
  unknownFrame: padding => frame('content', 'weather_report', { weather: 'fair', padding }),
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
};

const stopReasons = { end: 'end_turn', tools: 'tool_use', length: 'max_tokens', refused: 'refusal' } as const;
const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const head = (reply: WireReply) => ({
  id: `msg_${reply.number}`,
  type: 'message',
  role: 'assistant',
  model: reply.model,
});

/** Here `input_tokens` are only those that no cache gave. */
function usageOf({ usage }: WireReply) {
  const cached = usage.cacheReadTokens ?? 0;
  return {
    input_tokens: Math.max(0, usage.inputTokens - cached),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage.outputTokens,
  };
}

const frame = (part: Frame['part'], event: string, data: object): Frame => ({
  part,
  event,
  data: JSON.stringify({ type: event, ...data }),
});

type AnswerBlock =
  | { type: 'thinking'; text: string }
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown; json: string };

function blocksOf(reply: WireReply): AnswerBlock[] {
  return [
    ...(reply.thinking === undefined ? [] : [{ type: 'thinking' as const, text: reply.thinking }]),
    ...(reply.text === '' ? [] : [{ type: 'text' as const, text: reply.text }]),
    ...reply.calls.map(call => ({
      type: 'tool_use' as const,
      id: call.id,
      name: call.tool,
      input: call.input,
      json: call.json,
    })),
  ];
}

function blockFrames(block: AnswerBlock, index: number, chunkChars: number): Frame[] {
  const delta = (value: object) => frame('content', 'content_block_delta', { index, delta: value });
  const between = (start: object, deltas: Frame[]) => [
    frame('content', 'content_block_start', { index, content_block: start }),
    ...deltas,
    frame('content', 'content_block_stop', { index }),
  ];
  if (block.type === 'tool_use') {
    const pieces = ['', ...chunksOf(block.json, chunkChars)];
    const deltas = pieces.map(partial_json => delta({ type: 'input_json_delta', partial_json }));
    return between({ type: 'tool_use', id: block.id, name: block.name, input: {} }, deltas);
  }
  const pieces = chunksOf(block.text, chunkChars);
  if (block.type === 'text') {
    return between(
      { type: 'text', text: '' },
      pieces.map(text => delta({ type: 'text_delta', text })),
    );
  }
  const thoughts = pieces.map(thinking => delta({ type: 'thinking_delta', thinking }));
  return between({ type: 'thinking', thinking: '', signature: '' }, [
    ...thoughts,
    delta({ type: 'signature_delta', signature }),
  ]);
}

function readAnswer(blocks: readonly Block[]): Message {
  const texts = blocks.map(block => (block.type === 'text' ? block.text : ''));
  const thoughts = blocks.flatMap(block => (block.type === 'thinking' ? [block.thinking] : []));
  const calls = blocks.flatMap(block =>
    block.type === 'tool_use' ? [{ callId: block.id, tool: block.name, input: block.input }] : [],
  );
  return {
    role: 'assistant',
    text: texts.join(''),
    thinking: thoughts.length > 0 ? thoughts.join('') : undefined,
    calls,
  };
}

function readInput(block: Block, before: readonly Message[]): Message[] {
  if (block.type === 'text') return [{ role: 'user', text: block.text }];
  if (block.type !== 'tool_result') return [];
  const callId = block.tool_use_id;
  return [
    {
      role: 'tool',
      callId,
      tool: toolOfCall(before, callId),
      text: partsText(block.content),
      isError: block.is_error ?? false,
    },
  ];
}
