import * as z from 'zod';
import { noSuchShell, statusOf } from './bash-output.ts';
import { failure } from './failure.ts';
import { toolInput } from './input.ts';
import type { Shells } from './shells.ts';
import { type AnyTool, defineTool } from './tool.ts';

const input = toolInput('KillShell', () =>
  z.strictObject({ shell_id: z.string().min(1).describe('As Bash returned it.') }),
);

const prompt = `Ends a background shell and everything that it started, and returns once they are gone.
- Takes the shell_id of a Bash call with run_in_background. A shell that is already over stays as it was.`;

/** Ends background shells of this chat. Judged as harmless: it takes back what the chat itself was allowed to start. */
export function killShellTool(shells: Shells): AnyTool {
  return defineTool({
    name: 'KillShell',
    prompt,
    input,
    access: 'none',
    run: async ({ shell_id }, context) => {
      const shell = shells.find(context.chatId, shell_id);
      if (!shell) return failure(noSuchShell(shell_id, shells, context));
      if (shell.end) return { text: `${shell.id} was already over: ${statusOf(shell.end)}.` };
      await shell.process.stop();
      return {
        text: `${shell.id}: ${statusOf(await shell.process.done)}.`,
        display: { kind: 'shell', shellId: shell.id, status: 'stopped' },
      };
    },
  });
}
