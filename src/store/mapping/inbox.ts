import type { New, Schema } from '../queries/schema.ts';
import type { InboxRow } from '../rows.ts';
import { present } from './present.ts';

export function inboxOf(row: Omit<Schema['inbox'], 'arrival'>): InboxRow {
  return present({
    id: row.id,
    chatId: row.chat_id,
    lane: row.lane,
    kind: row.kind,
    text: row.text,
    from: row.from_lane,
    author: row.author,
    status: row.status,
    summary: row.summary,
    wakes: row.wakes === 1,
    takes: row.takes,
    createdAt: row.created_at,
    deliveredSeq: row.delivered_seq,
  });
}

export function inboxToRow(row: Omit<InboxRow, 'deliveredSeq'>): New<'inbox'> {
  return {
    id: row.id,
    chat_id: row.chatId,
    lane: row.lane,
    kind: row.kind,
    text: row.text,
    from_lane: row.from ?? null,
    author: row.author ?? null,
    status: row.status ?? null,
    summary: row.summary ?? null,
    wakes: row.wakes ? 1 : 0,
    takes: row.takes,
    created_at: row.createdAt,
    delivered_seq: null,
  };
}
