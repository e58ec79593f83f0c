import * as z from 'zod';
import type { Message } from '../../../src/models/model.ts';
import { chunksOf } from '../../../src/models/playbook/chunks.ts';
import { parseBody, partsText } from './body.ts';
import { openaiError } from './chat-completions.ts';
import { bearer, type Frame, type Protocol, parseArguments, toolOfCall, toolSpec, type WireReply } from './protocol.ts';

/** OpenAI responses: https://platform.openai.com/docs/api-reference/responses and /responses-streaming. */
const parts = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const messageItem = z.object({
  type: z.literal('message').optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: parts,
});
const callItem = z.object({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
const outputItem = z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: parts });
const reasoningItem = z.object({ type: z.literal('reasoning'), summary: z.array(z.looseObject({ text: z.string() })) });
const referenceItem = z.object({ type: z.literal('item_reference'), id: z.string() });
const itemSchema = z.union([messageItem, callItem, outputItem, reasoningItem, referenceItem]);
type Item = z.infer<typeof itemSchema>;
const bodySchema = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(itemSchema)]),
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string().nullish(),
        parameters: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullish(),
});

export const responses: Protocol = {
  name: 'responses',
  isPath: path => path.endsWith('/responses'),
  keyOf: bearer,
  read(raw) {
    const body = parseBody(bodySchema, raw);
    const items: readonly Item[] =
      typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
    return {
      model: body.model,
      system: [body.instructions ?? '', ...items.map(systemText)].filter(text => text !== '').join('\n\n'),
      messages: readItems(items),
      tools: (body.tools ?? []).map(tool =>
        toolSpec(tool.name, tool.description ?? undefined, tool.parameters ?? undefined),
      ),
      maxOutputTokens: body.max_output_tokens ?? undefined,
      isStream: body.stream ?? false,
      includeUsage: true,
    };
  },
  frames(reply) {
    let sequence = 0;
    const frame = (part: Frame['part'], type: string, data: object): Frame => ({
      part,
      event: type,
      data: JSON.stringify({ type, sequence_number: sequence++, ...data }),
    });
    const isWhole = reply.stop === 'end' || reply.stop === 'tools';
    const begun = { ...head(reply), status: 'in_progress', output: [] };
    return [
      frame('start', 'response.created', { response: begun }),
      frame('start', 'response.in_progress', { response: begun }),
      ...itemsOf(reply).flatMap((item, index) =>
        itemEvents(item, index, reply.chunkChars).map(([type, data]) => frame('content', type, data)),
      ),
      frame('end', isWhole ? 'response.completed' : 'response.incomplete', { response: responses.whole(reply) }),
    ];
  },
  whole(reply) {
    const reason = incompleteReasons[reply.stop];
    return {
      ...head(reply),
      status: reason === undefined ? 'completed' : 'incomplete',
      incomplete_details: reason === undefined ? null : { reason },
      output: itemsOf(reply).map(doneItem),
      usage: {
        input_tokens: reply.usage.inputTokens,
        input_tokens_details: { cached_tokens: reply.usage.cacheReadTokens ?? 0 },
        output_tokens: reply.usage.outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: reply.usage.inputTokens + reply.usage.outputTokens,
      },
    };
  },
  error: openaiError,
  errorFrame: message => ({
    part: 'end',
    event: 'error',
    data: JSON.stringify({ type: 'error', sequence_number: 0, code: 'server_error', message, param: null }),
  }),
  unknownFrame: padding => ({
    part: 'content',
    event: 'response.weather',
    data: JSON.stringify({ type: 'response.weather', weather: 'fair', padding }),
  }),
  keepAlive: ': keep-alive\n\n',
};

const incompleteReasons = {
  end: undefined,
  tools: undefined,
  length: 'max_output_tokens',
  refused: 'content_filter',
} as const;

const head = (reply: WireReply) => ({
  id: `resp_${reply.number}`,
  object: 'response',
  created_at: 1_700_000_000,
  model: reply.model,
  error: null,
});

type OutputItem = { id: string } & (
  | { type: 'reasoning' | 'message'; text: string }
  | { type: 'function_call'; callId: string; name: string; json: string }
);

function itemsOf(reply: WireReply): OutputItem[] {
  return [
    ...(reply.thinking === undefined
      ? []
      : [{ type: 'reasoning' as const, id: `rs_${reply.number}`, text: reply.thinking }]),
    ...(reply.text === '' ? [] : [{ type: 'message' as const, id: `item_${reply.number}`, text: reply.text }]),
    ...reply.calls.map((call, index) => ({
      type: 'function_call' as const,
      id: `fc_${reply.number}_${index}`,
      callId: call.id,
      name: call.tool,
      json: call.json,
    })),
  ];
}

/** A thought comes with its sealed form, which a client that stores nothing has to give back. */
function doneItem(item: OutputItem): object {
  const { type, id } = item;
  if (item.type === 'function_call')
    return { type, id, status: 'completed', call_id: item.callId, name: item.name, arguments: item.json };
  if (item.type === 'reasoning')
    return { type, id, encrypted_content: 'c2NyaXB0ZWQ=', summary: [{ type: 'summary_text', text: item.text }] };
  return { type, id, status: 'completed', role: 'assistant', content: [outputText(item.text)] };
}

const outputText = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });

type Event = readonly [type: string, data: object];

function itemEvents(item: OutputItem, output_index: number, chunkChars: number): Event[] {
  const at = { item_id: item.id, output_index };
  const added = (empty: object): Event => [
    'response.output_item.added',
    { output_index, item: { ...doneItem(item), ...empty } },
  ];
  const done: Event = ['response.output_item.done', { output_index, item: doneItem(item) }];
  if (item.type === 'function_call') {
    const deltas = chunksOf(item.json, chunkChars).map(
      (delta): Event => ['response.function_call_arguments.delta', { ...at, delta }],
    );
    return [
      added({ status: 'in_progress', arguments: '' }),
      ...deltas,
      ['response.function_call_arguments.done', { ...at, name: item.name, arguments: item.json }],
      done,
    ];
  }
  const pieces = chunksOf(item.text, chunkChars);
  if (item.type === 'reasoning') {
    const summary = { ...at, summary_index: 0 };
    return [
      added({ summary: [] }),
      ['response.reasoning_summary_part.added', { ...summary, part: { type: 'summary_text', text: '' } }],
      ...pieces.map((delta): Event => ['response.reasoning_summary_text.delta', { ...summary, delta }]),
      ['response.reasoning_summary_text.done', { ...summary, text: item.text }],
      ['response.reasoning_summary_part.done', { ...summary, part: { type: 'summary_text', text: item.text } }],
      done,
    ];
  }
  const content = { ...at, content_index: 0 };
  return [
    added({ status: 'in_progress', content: [] }),
    ['response.content_part.added', { ...content, part: outputText('') }],
    ...pieces.map((delta): Event => ['response.output_text.delta', { ...content, delta, logprobs: [] }]),
    ['response.output_text.done', { ...content, text: item.text, logprobs: [] }],
    ['response.content_part.done', { ...content, part: outputText(item.text) }],
    done,
  ];
}

function systemText(item: Item): string {
  return 'role' in item && (item.role === 'system' || item.role === 'developer') ? partsText(item.content) : '';
}

/** Items of one answer (text, calls, thoughts) stand side by side here; together they are one message. */
function readItems(items: readonly Item[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    if (item.type === 'function_call_output') {
      const callId = item.call_id;
      messages.push({
        role: 'tool',
        callId,
        tool: toolOfCall(messages, callId),
        text: partsText(item.output),
        isError: false,
      });
    } else if (item.type === 'function_call') {
      addToAnswer(messages, {
        calls: [{ callId: item.call_id, tool: item.name, input: parseArguments(item.arguments) }],
      });
    } else if (item.type === 'reasoning') {
      addToAnswer(messages, { thinking: item.summary.map(part => part.text).join('') });
    } else if ('role' in item && item.role === 'assistant') {
      addToAnswer(messages, { text: partsText(item.content) });
    } else if ('role' in item && item.role === 'user') {
      messages.push({ role: 'user', text: partsText(item.content) });
    }
  }
  return messages;
}

type Answer = Extract<Message, { role: 'assistant' }>;

function addToAnswer(
  messages: Message[],
  { text = '', thinking, calls = [] }: Partial<Pick<Answer, 'text' | 'thinking' | 'calls'>>,
): void {
  const last = messages.at(-1);
  const open = last?.role === 'assistant' ? last : undefined;
  if (open) messages.pop();
  const before = open ?? { role: 'assistant' as const, text: '', calls: [] };
  messages.push({
    ...before,
    text: before.text + text,
    thinking: thinking ?? before.thinking,
    calls: [...before.calls, ...calls],
  });
}
