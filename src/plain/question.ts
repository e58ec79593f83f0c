import * as z from 'zod';
import { visible } from '../core/visible.ts';
import type { View } from '../views/chat-view.ts';
import { type Asked, questionOf } from '../views/question.ts';
import type { Look } from './look.ts';

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

function inputLines({ tool, input }: Asked): string[] {
  const command = z.object({ command: z.string() }).safeParse(input);
  if (tool === 'Bash' && command.success) return command.data.command.split('\n');
  const text = JSON.stringify(input, null, 2) ?? 'nothing';
  return text.split('\n');
}
