import type { ChatsTable, UsersTable } from '../queries/schema.ts';
import type { Chat, User } from '../rows.ts';

export function userOf(row: UsersTable): User {
  return { id: row.id, name: row.name, createdAt: row.created_at };
}

export function chatOf(row: ChatsTable): Chat {
  return {
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    title: row.title,
    cwd: row.cwd,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSeq: row.last_seq,
  };
}

export function chatToRow(chat: Omit<Chat, 'lastSeq'>): ChatsTable {
  return {
    id: chat.id,
    user_id: chat.userId,
    kind: chat.kind,
    title: chat.title,
    cwd: chat.cwd,
    created_at: chat.createdAt,
    updated_at: chat.updatedAt,
    last_seq: 0,
  };
}
