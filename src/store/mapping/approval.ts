import type { ApprovalsTable } from '../queries/schema.ts';
import type { Approval } from '../rows.ts';
import { readJson } from './json.ts';
import { present } from './present.ts';

export function approvalOf(row: ApprovalsTable): Approval {
  const input = readJson(row.input, `The input of approval ${row.id}`);
  const rest = present({
    id: row.id,
    chatId: row.chat_id,
    lane: row.lane,
    callId: row.call_id,
    tool: row.tool,
    reason: row.reason,
    askedAt: row.asked_at,
    deadline: row.deadline,
    verdict: row.verdict,
    by: row.answered_by,
    message: row.message,
    answeredAt: row.answered_at,
  });
  return { ...rest, input };
}

export function approvalToRow(approval: Approval): ApprovalsTable {
  return {
    id: approval.id,
    chat_id: approval.chatId,
    lane: approval.lane,
    call_id: approval.callId,
    tool: approval.tool,
    input: JSON.stringify(approval.input ?? null),
    reason: approval.reason,
    asked_at: approval.askedAt,
    deadline: approval.deadline,
    verdict: approval.verdict ?? null,
    answered_by: approval.by ?? null,
    message: approval.message ?? null,
    answered_at: approval.answeredAt ?? null,
  };
}
