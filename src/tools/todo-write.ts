import * as z from 'zod';
import { limits } from '../core/limits.ts';
import { toolInput } from './input.ts';
import { type AnyTool, defineTool } from './tool.ts';

const input = toolInput('TodoWrite', () =>
  z.strictObject({
    todos: z
      .array(
        z.strictObject({
          content: z.string().min(1).max(500).describe('What is to be done: "Fix the login test".'),
          status: z.enum(['pending', 'in_progress', 'completed']),
          active_form: z
            .string()
            .min(1)
            .max(500)
            .optional()
            .describe('What is shown while it is being done: "Fixing the login test".'),
        }),
      )
      .max(limits.todos)
      .describe('The whole list, in order. It replaces the one before.'),
  }),
);

const prompt = `Keeps the list of steps of your current work, which people see.
- Use it for work of three or more steps, or when several things were asked at once. Do not use it for a single or trivial step.
- Give the whole list each time. Have one step in_progress, set it completed as soon as it is done, and never when it failed or is partial.
- Returns the number of open steps.`;

/** The list has no store of its own: the latest call in a lane's log is the list. */
export const todoWriteTool: AnyTool = defineTool({
  name: 'TodoWrite',
  prompt,
  input,
  access: 'none',
  run: async ({ todos }) => {
    const open = todos.filter(todo => todo.status !== 'completed').length;
    return { text: `The list has ${todos.length} steps, ${open} of them open.`, display: { kind: 'todos', todos } };
  },
});
