import * as z from 'zod';
import { toolInput } from './input.ts';
import { type AnyTool, defineTool } from './tool.ts';

const input = toolInput('AskUserQuestion', () =>
  z.strictObject({
    question: z.string().min(1).max(2_000).describe('One question, ending in a question mark.'),
    options: z
      .array(z.string().min(1).max(200))
      .max(8)
      .default([])
      .describe('Answers to choose from; the one that you would take first.'),
    allows_other: z.boolean().default(true).describe('Whether an answer of their own may be given.'),
  }),
);

const prompt = `Asks the person who watches this conversation and waits for the answer.
- Use it when the work cannot go on well without a decision that only they can take. Do not ask what you can find out, and do not ask for permission: tools do that by themselves.
- Returns the answer, or that nobody is there to answer.`;

/** Asks whoever watches. */
export const askUserQuestionTool: AnyTool = defineTool({
  name: 'AskUserQuestion',
  prompt,
  input,
  access: 'none',
  run: async ({ question, options, allows_other }, context) => {
    context.signal.throwIfAborted();
    const answer = await context.ask({ question, options, allowsOther: allows_other || options.length === 0 });
    if (answer.kind === 'answered')
      return { text: answer.text, display: { kind: 'question', question, answer: answer.text } };
    return {
      text: `Nobody answered: ${answer.message} Go on with the assumption that you think best, and say in your report which one you made.`,
      display: { kind: 'question', question, answer: null },
    };
  },
});
