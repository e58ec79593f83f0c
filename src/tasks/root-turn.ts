import type { ChatId, TurnId } from '../core/ids.ts';
import type { Reader } from '../store/store.ts';

/**
 * The turn of the main lane that took the last input of a person: turns that notifications start go on with its work, so what they spawn counts
 * against its limit (S11). Undefined when input waits, or when there was none: the next turn is one of its own.
 */
export async function rootTurnOf(reader: Reader, chatId: ChatId): Promise<TurnId | undefined> {
  const pending = await reader.pending(chatId, 'main');
  if (pending.some(row => row.kind === 'input')) return undefined;
  let turn: TurnId | undefined;
  let root: TurnId | undefined;
  for (const entry of await reader.entries(chatId, { lane: 'main' })) {
    if (entry.type === 'turn:started') turn = entry.turnId;
    if (entry.type === 'turn:ended') turn = undefined;
    if (entry.type === 'user:said') root = turn;
  }
  return root;
}
