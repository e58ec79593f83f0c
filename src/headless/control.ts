import * as z from 'zod';
import type { ApprovalId } from '../core/ids.ts';
import { parsePermissionMode } from '../core/permission-mode.ts';
import type { Program } from '../tasks/program.ts';
import type { ControlRequest } from './input-line.ts';
import type { LineWriter } from './line-writer.ts';

export type Controls = {
  readonly program: Program;
  readonly writer: Pick<LineWriter, 'write'>;
  interrupt(): void;
  setMode(mode: Program['policy']['mode']): void;
};

const initializeSchema = z.looseObject({ hooks: z.record(z.string(), z.unknown()).nullish() });
const modeSchema = z.looseObject({ mode: z.string() });

/** Does what a client asks of the run, and answers with `control_response`: success, or an error that says why not. */
export async function onControlRequest(controls: Controls, { request_id, request }: ControlRequest): Promise<void> {
  const { writer } = controls;
  const result = await perform(controls, request);
  const response = result.ok
    ? { subtype: 'success', request_id, response: result.response }
    : { subtype: 'error', request_id, error: result.error };
  writer.write({ type: 'control_response', response });
}

type Performed = { ok: true; response: object } | { ok: false; error: string };

async function perform(controls: Controls, request: ControlRequest['request']): Promise<Performed> {
  switch (request.subtype) {
    case 'initialize':
      return initialize(controls.program, request);
    case 'interrupt':
      controls.interrupt();
      return { ok: true, response: {} };
    case 'set_permission_mode':
      return setMode(controls, request);
    default:
      return {
        ok: false,
        error: `"${request.subtype}" is not supported; initialize, interrupt and set_permission_mode are`,
      };
  }
}

async function initialize(program: Program, request: unknown): Promise<Performed> {
  const parsed = initializeSchema.safeParse(request);
  if (!parsed.success) return { ok: false, error: z.prettifyError(parsed.error) };
  if (Object.keys(parsed.data.hooks ?? {}).length > 0)
    return { ok: false, error: 'hooks of a client are not supported; leave them out' };
  const { agents } = await program.base.agents.list();
  return {
    ok: true,
    response: {
      commands: [],
      agents: agents.map(({ name, description }) => ({ name, description })),
      version: program.version,
    },
  };
}

function setMode(controls: Controls, request: unknown): Performed {
  const parsed = modeSchema.safeParse(request);
  if (!parsed.success) return { ok: false, error: '"mode" must be the name of a permission mode' };
  const mode = parsePermissionMode(parsed.data.mode);
  if (!mode.ok) return { ok: false, error: mode.message };
  controls.setMode(mode.mode);
  return { ok: true, response: { mode: mode.mode } };
}

export type OpenQuestion = {
  readonly id: ApprovalId;
  readonly tool: string;
  readonly input: unknown;
};
export type QuestionVerdict = { readonly verdict: 'allowed' | 'denied'; readonly message?: string };

const allowSchema = z.looseObject({
  behavior: z.literal('allow'),
  updatedInput: z.record(z.string(), z.unknown()).nullish(),
});
const denySchema = z.looseObject({ behavior: z.literal('deny'), message: z.string().optional() });
const answersSchema = z.looseObject({ answers: z.record(z.string(), z.unknown()) });

/** What a client's answer to `can_use_tool` means. An input that it changed is not run: that is a denial that says so. */
export function verdictOf(question: OpenQuestion, response: unknown): QuestionVerdict | { readonly problem: string } {
  const denied = denySchema.safeParse(response);
  if (denied.success) return { verdict: 'denied', ...(denied.data.message ? { message: denied.data.message } : {}) };
  const allowed = allowSchema.safeParse(response);
  if (!allowed.success)
    return { problem: 'the response must be {"behavior":"allow"} or {"behavior":"deny","message":"…"}' };
  const updated = allowed.data.updatedInput ?? undefined;
  const answers = answersSchema.safeParse(updated);
  if (question.tool === 'AskUserQuestion' && answers.success)
    return { verdict: 'allowed', message: Object.values(answers.data.answers).map(String).join('\n') };
  if (updated !== undefined && stable(updated) !== stable(question.input))
    return {
      verdict: 'denied',
      message: 'the input was changed by who was asked; make the call again with the input that is wanted',
    };
  return { verdict: 'allowed' };
}

/** The same text for the same value, whatever the order of its keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
