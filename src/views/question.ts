import * as z from 'zod';
import type { EntryOf } from '../core/entry.ts';
import { lazy } from '../core/lazy.ts';

export type Asked = EntryOf<'approval:asked'>;
export type Verdict = { readonly verdict: 'allowed' | 'denied'; readonly message?: string };

const questionSchema = lazy(() =>
  z.object({
    question: z.string(),
    options: z.array(z.string()).default([]),
    allows_other: z.boolean().default(true),
  }),
);
export type Question = z.infer<ReturnType<typeof questionSchema>>;

/** The question of AskUserQuestion; undefined for an approval. */
export function questionOf(asked: Asked): Question | undefined {
  if (asked.tool !== 'AskUserQuestion') return undefined;
  return questionSchema().safeParse(asked.input).data;
}

/** What a line means as an answer; undefined when it is none. */
export function answerOf(asked: Asked, line: string): Verdict | undefined {
  const text = line.trim();
  const question = questionOf(asked);
  if (!question) {
    if (/^(y|yes)$/i.test(text)) return { verdict: 'allowed' };
    return /^(n|no)$/i.test(text) ? { verdict: 'denied' } : undefined;
  }
  if (text === '') return undefined;
  const chosen = /^\d+$/.test(text) ? question.options[Number(text) - 1] : undefined;
  if (chosen !== undefined) return { verdict: 'allowed', message: chosen };
  const isFree = question.allows_other || question.options.length === 0;
  return isFree ? { verdict: 'allowed', message: text } : undefined;
}
