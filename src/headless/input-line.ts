import * as z from 'zod';
import { messageOf } from '../core/error.ts';

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const content = z.union([z.string(), z.array(textBlock)], {
  error: 'message.content must be a text or a list of blocks {"type":"text","text":"…"}',
});

const lineSchema = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('user'), message: z.object({ role: z.literal('user'), content }) }),
    z.object({
      type: z.literal('control_request'),
      request_id: z.string().min(1),
      request: z.looseObject({ subtype: z.string() }),
    }),
    z.object({
      type: z.literal('control_response'),
      response: z.discriminatedUnion('subtype', [
        z.object({ subtype: z.literal('success'), request_id: z.string(), response: z.unknown() }),
        z.object({ subtype: z.literal('error'), request_id: z.string(), error: z.string() }),
      ]),
    }),
    z.object({ type: z.literal('keep_alive') }),
  ],
  { error: '"type" must be "user", "control_request", "control_response" or "keep_alive"' },
);

export type ControlRequest = Extract<z.infer<typeof lineSchema>, { type: 'control_request' }>;
export type ControlResponse = Extract<z.infer<typeof lineSchema>, { type: 'control_response' }>['response'];

export type InputLine =
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'request'; readonly request: ControlRequest }
  | { readonly kind: 'response'; readonly response: ControlResponse }
  | { readonly kind: 'nothing' }
  /** What is wrong and what would be right. */
  | { readonly kind: 'bad'; readonly message: string };

const example = '{"type":"user","message":{"role":"user","content":"…"}}';

/** Reads one line of `--input-format stream-json`. Never throws. */
export function readInputLine(line: string): InputLine {
  if (line.trim() === '') return { kind: 'nothing' };
  const json = parseJson(line);
  if (!json.ok) return { kind: 'bad', message: `not JSON (${json.message}); expected a line like ${example}` };
  const parsed = lineSchema.safeParse(json.value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    return { kind: 'bad', message: `${where}${issue?.message ?? 'not understood'}; expected a line like ${example}` };
  }
  const { data } = parsed;
  if (data.type === 'control_request') return { kind: 'request', request: data };
  if (data.type === 'control_response') return { kind: 'response', response: data.response };
  if (data.type === 'keep_alive') return { kind: 'nothing' };
  return userLine(data.message.content);
}

function userLine(given: z.infer<typeof content>): InputLine {
  const text = typeof given === 'string' ? given : given.map(block => block.text).join('\n');
  if (text.trim() === '') return { kind: 'bad', message: 'message.content is empty; say something' };
  return { kind: 'user', text };
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}
