import * as z from 'zod';
import type { EntryOf } from '../core/entry.ts';
import { visible } from '../core/visible.ts';
import type { Look } from './look.ts';
import type { View } from './view.ts';

type Asked = EntryOf<'approval:asked'>;
export type Verdict = { readonly verdict: 'allowed' | 'denied'; readonly message?: string };

const questionSchema = z.object({
  question: z.string(),
  options: z.array(z.string()).default([]),
  allows_other: z.boolean().default(true),
});

/** The question of AskUserQuestion; undefined for an approval. */
function questionOf(asked: Asked): z.infer<typeof questionSchema> | undefined {
  if (asked.tool !== 'AskUserQuestion') return undefined;
  return questionSchema.safeParse(asked.input).data;
}

/** What is asked, with everything that would be run: nothing is cut, every control character is shown. */
export function questionLines(view: View, asked: Asked, { paint }: Look): string[] {
  const who = asked.lane === 'main' ? '' : ` (${visible(view.tasks.get(asked.lane)?.description ?? 'a subagent')})`;
  const mark = paint.bold.yellow('?');
  const question = questionOf(asked);
  if (question) {
    return [
      ...question.question.split('\n').map((line, index) => `${index === 0 ? mark : ' '} ${paint.bold(visible(line))}`),
      ...question.options.map((option, index) => `  ${paint.cyan(String(index + 1))}  ${visible(option)}`),
    ];
  }
  return [
    `${mark} ${paint.bold(`${visible(asked.tool)} wants to run${who}:`)}`,
    ...inputLines(asked).map(line => `    ${visible(line)}`),
    paint.dim(`  ${visible(asked.reason)}`),
  ];
}

/** The prompt under it. */
export function questionPrompt(asked: Asked): string {
  const question = questionOf(asked);
  if (!question) return 'allow it? y/n ';
  if (question.options.length === 0) return 'answer ';
  return question.allows_other ? `1-${question.options.length}, or in your words ` : `1-${question.options.length} `;
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

function inputLines({ tool, input }: Asked): string[] {
  const command = z.object({ command: z.string() }).safeParse(input);
  if (tool === 'Bash' && command.success) return command.data.command.split('\n');
  const text = JSON.stringify(input, null, 2) ?? 'nothing';
  return text.split('\n');
}
