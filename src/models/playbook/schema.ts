import * as z from 'zod';
import { faultSchema, quoted } from './fault.ts';

/** Refuses unknown keys by name and says which there are. */
function strict<S extends z.core.$ZodLooseShape>(what: string, shape: S) {
  return z.strictObject(shape, {
    error: issue => {
      if (issue.code === 'unrecognized_keys') {
        return `unknown key ${quoted(issue.keys)} in ${what}; known keys: ${Object.keys(shape).join(', ')}`;
      }
      if (issue.code === 'invalid_type')
        return `expected ${what} as a mapping with some of: ${Object.keys(shape).join(', ')}`;
      return undefined;
    },
  });
}

const anyText = z.string(
  'expected a text; it needs quotes when it begins with {{, or looks like a number, true or null',
);
const text = anyText.min(1, 'expected a text that is not empty');

/** `/expression/flags` or the bare expression, which gets the flag `m`. */
const regexSchema = text.transform((source, context): RegExp => {
  const slashed = /^\/(.+)\/([dimsuv]*)$/s.exec(source);
  try {
    return slashed?.[1] === undefined ? new RegExp(source, 'm') : new RegExp(slashed[1], slashed[2]);
  } catch (error) {
    // The constructor of RegExp is the only parser of expressions there is.
    context.issues.push({ code: 'custom', message: `not a regular expression: ${String(error)}`, input: source });
    return z.NEVER;
  }
});

const whenSchema = strict('when', {
  contains: text.optional(),
  matches: regexSchema.optional(),
  from: z.enum(['user', 'tool', 'notification', 'program']).optional(),
  tool: text.optional(),
  is_error: z.boolean().optional(),
  agent: text.optional(),
  system: text.optional(),
  prompt: text.optional(),
  step: z.int().min(1).optional(),
  reports: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
});

const callSchema = strict('a call', {
  tool: text,
  input: z.record(z.string(), z.unknown()).default({}),
  id: text.optional(),
});

const tokens = z.int().min(0).optional();
const milliseconds = z.number().min(0).max(3_600_000, 'expected at most an hour (3600000)');

const actionShape = {
  say: anyText.optional(),
  think: anyText.optional(),
  call: z.array(callSchema, 'expected a list of calls, each with `tool` and `input`').optional(),
  delay_ms: milliseconds.optional(),
  chunk_chars: z.int().min(1).optional(),
  chunk_delay_ms: milliseconds.optional(),
  usage: strict('usage', { input: tokens, output: tokens, cache_read: tokens }).optional(),
  stop: z.enum(['end', 'tools', 'length', 'refused']).optional(),
  fault: faultSchema.optional(),
};
const actionSchema = strict('the default reply', actionShape);
const replySchema = strict('a reply', { when: whenSchema.optional(), ...actionShape });

export const fileSchema = strict('a playbook', {
  name: text,
  description: anyText.optional(),
  context_window: z.int().min(1).optional(),
  replies: z.array(replySchema, 'expected a list of replies, each with `when` and what it does'),
  default: actionSchema.optional(),
});

export type PlaybookFile = z.infer<typeof fileSchema>;
export type When = z.infer<typeof whenSchema>;
export type Action = z.infer<typeof actionSchema>;
