import type { UserId } from '../core/ids.ts';
import type { Chat } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { BaseDeps } from './working.ts';

/** Whose chats those are that tasks and schedules make for themselves (T17). */
const agentUser = 'user_agent' as UserId; // The one fixed id of that user.

/** Makes a chat of the user `agent`, who is made when there is no such user yet. `remark`: what is to be known to whoever works in it. */
export async function makeAgentChat(
  { clock, ids }: Pick<BaseDeps, 'clock' | 'ids'>,
  tx: Tx,
  { title, cwd, remark }: { readonly title: string; readonly cwd: string; readonly remark?: string },
): Promise<Chat> {
  const at = clock.now();
  const id = ids('chat');
  if (!(await tx.user(agentUser))) await tx.putUser({ id: agentUser, name: 'agent', createdAt: at });
  const made = { id, userId: agentUser, kind: 'agent' as const, title, cwd, createdAt: at, updatedAt: at };
  await tx.createChat(made);
  const entries = await tx.append(id, 'main', at, [
    { type: 'chat:created', title, userId: agentUser, cwd },
    ...(remark === undefined ? [] : [{ type: 'program:remarked' as const, text: remark }]),
  ]);
  return { ...made, lastSeq: entries.length };
}
