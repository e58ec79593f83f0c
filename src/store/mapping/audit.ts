import type { AuditTable, New } from '../queries/schema.ts';
import type { AuditRow } from '../rows.ts';
import { present } from './present.ts';

export function auditOf(row: Omit<AuditTable, 'id'>): AuditRow {
  return present({
    at: row.at,
    who: row.who,
    what: row.what,
    from: row.origin,
    taskId: row.task_id,
    chatId: row.chat_id,
    detail: row.detail,
  });
}

export function auditToRow(row: AuditRow): New<'audit'> {
  return {
    at: row.at,
    who: row.who,
    what: row.what,
    origin: row.from,
    task_id: row.taskId ?? null,
    chat_id: row.chatId ?? null,
    detail: row.detail ?? null,
  };
}
