import type { ApprovalId, ChatId, UserId } from '../../core/ids.ts';
import type { Approval } from '../rows.ts';
import { fixed, shaped } from './query.ts';
import type { New } from './schema.ts';

export const approvalById = fixed((db, p: { id: ApprovalId }) =>
  db.selectFrom('approvals').selectAll().where('id', '=', p.id),
);

export const approvalsUnanswered = shaped((db, p: { chatId?: ChatId | undefined }) => {
  const query = db.selectFrom('approvals').selectAll().where('verdict', 'is', null).orderBy('asked_at').orderBy('id');
  return p.chatId === undefined ? query : query.where('chat_id', '=', p.chatId);
});

export const insertApprovalRow = shaped((db, p: New<'approvals'>) => db.insertInto('approvals').values(p));

export const setVerdict = fixed(
  (
    db,
    p: {
      id: ApprovalId;
      verdict: NonNullable<Approval['verdict']>;
      answered_by: UserId | null;
      message: string | null;
      answered_at: number;
    },
  ) =>
    db
      .updateTable('approvals')
      .set({
        verdict: p.verdict,
        answered_by: p.answered_by,
        message: p.message,
        answered_at: p.answered_at,
      })
      .where('id', '=', p.id)
      .where('verdict', 'is', null),
);
