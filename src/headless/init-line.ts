import type { ChatId } from '../core/ids.ts';
import { toolNames } from '../core/tool-names.ts';
import type { Program } from '../tasks/program.ts';

const modeNames = { ask: 'default', 'accept-edits': 'acceptEdits', plan: 'plan', bypass: 'bypassPermissions' } as const;

/** The first line of a stream: who works where, with what. `permissionMode` in the words of such clients, `permission_mode` in ours. */
export async function initLine(
  program: Program,
  run: { chatId: ChatId; model: string; cwd: string; mode: keyof typeof modeNames },
): Promise<object> {
  const { agents } = await program.base.agents.list();
  const { mode } = run;
  return {
    type: 'system',
    subtype: 'init',
    session_id: run.chatId,
    chat_id: run.chatId,
    user_id: program.user,
    model: run.model,
    cwd: run.cwd,
    tools: toolNames,
    mcp_servers: [],
    slash_commands: [],
    permissionMode: modeNames[mode],
    permission_mode: mode,
    agents: agents.map(({ name }) => name),
    version: program.version,
  };
}
