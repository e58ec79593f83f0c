import * as z from 'zod';
import type { ToolCall } from '../../../src/core/entry.ts';
import type { Message } from '../../../src/models/model.ts';
import { chunksOf } from '../../../src/models/playbook/chunks.ts';
import { parseBody } from './body.ts';
import { type Frame, type Protocol, toolSpec, type WireReply } from './protocol.ts';

/** Google generateContent and streamGenerateContent (SSE): https://ai.google.dev/api/generate-content. */
const partSchema = z.looseObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: z.looseObject({ id: z.string().optional(), name: z.string(), args: z.unknown() }).optional(),
  functionResponse: z.looseObject({ id: z.string().optional(), name: z.string(), response: z.unknown() }).optional(),
});
type Part = z.infer<typeof partSchema>;
const bodySchema = z.looseObject({
  contents: z.array(z.looseObject({ role: z.enum(['user', 'model']), parts: z.array(partSchema) })),
  systemInstruction: z.looseObject({ parts: z.array(partSchema) }).optional(),
  generationConfig: z.looseObject({ maxOutputTokens: z.int().optional() }).optional(),
  tools: z
    .array(
      z.looseObject({
        functionDeclarations: z
          .array(
            z.looseObject({
              name: z.string(),
              description: z.string().optional(),
              parameters: z.record(z.string(), z.unknown()).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});

const pathForm = /\/models\/([^/:]+):(streamGenerateContent|generateContent)$/;

export const google: Protocol = {
  name: 'google',
  isPath: path => pathForm.test(path),
  keyOf: (headers, query) =>
    typeof headers['x-goog-api-key'] === 'string' ? headers['x-goog-api-key'] : (query.get('key') ?? undefined),
  read(raw, path) {
    const body = parseBody(bodySchema, raw);
    const [, model = '', method] = pathForm.exec(path) ?? [];
    return {
      model: decodeURIComponent(model),
      system: textOf(body.systemInstruction?.parts ?? []),
      messages: readContents(body.contents),
      tools: (body.tools ?? []).flatMap(tool =>
        (tool.functionDeclarations ?? []).map(one => toolSpec(one.name, one.description, one.parameters)),
      ),
      maxOutputTokens: body.generationConfig?.maxOutputTokens,
      isStream: method === 'streamGenerateContent',
      includeUsage: true,
    };
  },
  frames(reply) {
    const chunk = (part: Frame['part'], parts: object[], more: object = {}, finish: object = {}): Frame => ({
      part,
      data: JSON.stringify({
        candidates: [{ index: 0, content: { role: 'model', parts }, ...finish }],
        ...head(reply),
        ...more,
      }),
    });
    return [
      ...chunksOf(reply.thinking ?? '', reply.chunkChars).map(text => chunk('content', [{ text, thought: true }])),
      ...chunksOf(reply.text, reply.chunkChars).map(text => chunk('content', [{ text }])),
      ...reply.calls.map(call => ({
        part: 'content' as const,
        data: withArguments(chunk('content', [callPart(call, argumentsMark)]).data, call.json),
      })),
      chunk('end', [{ text: '' }], { usageMetadata: usageOf(reply) }, { finishReason: finishReasons[reply.stop] }),
    ];
  },
  whole(reply) {
    const parts = [
      ...(reply.thinking === undefined ? [] : [{ text: reply.thinking, thought: true }]),
      ...(reply.text === '' ? [] : [{ text: reply.text }]),
      ...reply.calls.map(call => callPart(call, call.input)),
    ];
    const candidate = { index: 0, content: { role: 'model', parts }, finishReason: finishReasons[reply.stop] };
    return { candidates: [candidate], ...head(reply), usageMetadata: usageOf(reply) };
  },
  error({ status, message, isOverflow }) {
    const text = isOverflow
      ? `The input token count exceeds the maximum number of tokens allowed: ${message}`
      : message;
    return {
      error: {
        code: status,
        message: text,
        status: statusNames[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'),
      },
    };
  },
  errorFrame: message => ({
    part: 'end',
    data: JSON.stringify(google.error({ status: 503, message, isOverflow: false })),
  }),
  unknownFrame: padding => ({ part: 'content', event: 'weather', data: JSON.stringify({ weather: 'fair', padding }) }),
  keepAlive: ': keep-alive\n\n',
};

const finishReasons = { end: 'STOP', tools: 'STOP', length: 'MAX_TOKENS', refused: 'SAFETY' } as const;
const statusNames: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const head = (reply: WireReply) => ({ modelVersion: reply.model, responseId: `google_${reply.number}` });

function usageOf({ usage }: WireReply) {
  return {
    promptTokenCount: usage.inputTokens,
    candidatesTokenCount: usage.outputTokens,
    totalTokenCount: usage.inputTokens + usage.outputTokens,
    cachedContentTokenCount: usage.cacheReadTokens,
  };
}

const argumentsMark = '\u0000arguments';

/** Models that think sign each call; the client has to give the signature back with it. */
function callPart(call: WireReply['calls'][number], args: unknown): object {
  return {
    functionCall: { id: call.id, name: call.tool, args },
    thoughtSignature: Buffer.from(call.id).toString('base64'),
  };
}

/** Arguments are no JSON in JSON here: what a fault has cut must be put in as it is. */
const withArguments = (data: string, json: string): string => data.split(JSON.stringify(argumentsMark)).join(json);

const textOf = (parts: readonly Part[]): string => parts.map(part => (part.thought ? '' : (part.text ?? ''))).join('');

function readContents(contents: z.infer<typeof bodySchema>['contents']): Message[] {
  const messages: Message[] = [];
  let open: ToolCall[] = [];
  for (const { role, parts } of contents) {
    if (role === 'model') {
      open = parts.flatMap(({ functionCall: call }, index) =>
        call ? [{ callId: call.id ?? `${messages.length}_${index}`, tool: call.name, input: call.args ?? {} }] : [],
      );
      const thinking = parts.map(part => (part.thought ? (part.text ?? '') : '')).join('');
      messages.push({
        role: 'assistant',
        text: textOf(parts),
        thinking: thinking === '' ? undefined : thinking,
        calls: [...open],
      });
      continue;
    }
    for (const part of parts) messages.push(readInput(part, open));
  }
  return messages;
}

/** Without an id a result belongs to the oldest open call of that name. Takes the call out of `open`. */
function readInput({ text, functionResponse: result }: Part, open: ToolCall[]): Message {
  if (!result) return { role: 'user', text: text ?? '' };
  const index = open.findIndex(call =>
    result.id === undefined ? call.tool === result.name : call.callId === result.id,
  );
  const [call] = index < 0 ? [] : open.splice(index, 1);
  const callId = call?.callId ?? result.id ?? `unknown_${result.name}`;
  return { role: 'tool', callId, tool: result.name, text: responseText(result.response), isError: false };
}

/** A result is an object; clients put its text under `content`, `output` or `result`. */
function responseText(response: unknown): string {
  const known = z
    .union([z.object({ content: z.string() }), z.object({ output: z.string() }), z.object({ result: z.string() })])
    .safeParse(response);
  return known.success ? (Object.values(known.data)[0] ?? '') : JSON.stringify(response ?? '');
}
