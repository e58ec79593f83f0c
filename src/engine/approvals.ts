import { startDeadline } from '../core/deadline.ts';
import type { ToolCall } from '../core/entry.ts';
import type { ApprovalId, ChatId, LaneId, UserId } from '../core/ids.ts';
import type { Approval } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { callKey } from './lane-state.ts';
import { commit, type Engine, type LaneWork } from './lane-work.ts';
import { waitFor } from './wait-for.ts';

export type Verdict = { readonly isAllowed: boolean; readonly message: string };

/**
 * Asks the people who watch the chat and waits for their answer, at most until the deadline. The question is durable: after a crash
 * the same call finds its open approval again. Without anybody to ask it is denied at once (S13).
 */
export async function askApproval(
  engine: Engine,
  work: LaneWork,
  call: ToolCall,
  reason: string,
  signal: AbortSignal,
): Promise<Verdict> {
  if (!work.canAsk()) {
    return {
      isAllowed: false,
      message: `Denied: ${reason.replace(/[.]?$/, '.')} Nobody is there to be asked; go on without it, or say what you would need it for.`,
    };
  }
  const open = (await engine.store.openApprovals(work.chatId)).find(
    row => row.lane === work.lane && row.callId === call.callId && callKey(row) === callKey(call),
  );
  const approval = open ?? (await ask(engine, work, call, reason));
  const leftMs = Math.min(approval.deadline - engine.clock.now(), engine.limits.approvalMs);
  let isLate = leftMs <= 0;
  // The clock may jump while it waits (R14).
  const cancel = startDeadline(engine.clock, Math.max(0, leftMs), () => {
    isLate = true;
  });
  try {
    const answered = await waitFor(engine, signal, async () => {
      const row = await engine.store.approval(approval.id);
      if (row?.verdict) return row;
      if (!isLate) return undefined;
      await answerApproval(engine, approval.id, { verdict: 'expired' });
      return engine.store.approval(approval.id);
    });
    return verdictOf(answered);
  } finally {
    cancel();
  }
}

/** Answers an open approval and tells the log of it in one commit. False when somebody else answered first, or it does not exist. */
export async function answerApproval(
  engine: Pick<Engine, 'store' | 'clock'>,
  id: ApprovalId,
  answer: { verdict: 'allowed' | 'denied' | 'expired'; by?: UserId; message?: string },
): Promise<boolean> {
  return engine.store.write(async tx => {
    const approval = await tx.approval(id);
    if (!approval) return false;
    const isFirst = await tx.answerApproval(id, { ...answer, at: engine.clock.now() });
    if (isFirst)
      await tx.append(approval.chatId, approval.lane, engine.clock.now(), [
        { type: 'approval:answered', approvalId: id, ...answer },
      ]);
    return isFirst;
  });
}

/**
 * Closes what a lane, or one call of it, still asks for, in the transaction that ends the lane or the call: nobody is left to act on an
 * answer.
 */
export async function closeApprovals(
  tx: Tx,
  of: { readonly chatId: ChatId; readonly lane: LaneId; readonly callId?: string },
  at: number,
): Promise<void> {
  for (const { id, lane, callId } of await tx.openApprovals(of.chatId)) {
    if (lane !== of.lane || (of.callId !== undefined && callId !== of.callId)) continue;
    const answer = { verdict: 'expired', message: 'what asked for it has ended' } as const;
    if (await tx.answerApproval(id, { ...answer, at }))
      await tx.append(of.chatId, lane, at, [{ type: 'approval:answered', approvalId: id, ...answer }]);
  }
}

async function ask(engine: Engine, work: LaneWork, call: ToolCall, reason: string): Promise<Approval> {
  const askedAt = engine.clock.now();
  const approval: Approval = {
    id: engine.ids('approval'),
    chatId: work.chatId,
    lane: work.lane,
    callId: call.callId,
    tool: call.tool,
    input: call.input,
    reason,
    askedAt,
    deadline: askedAt + engine.limits.approvalMs,
  };
  const { id, callId, tool, input, deadline } = approval;
  const insert = (tx: Tx) => tx.insertApproval(approval);
  await commit(
    engine,
    work,
    [{ type: 'approval:asked', approvalId: id, callId, tool, input, reason, deadline }],
    insert,
  );
  return approval;
}

function verdictOf(row: Approval): Verdict {
  const said = row.message ? ` They said: ${row.message}` : '';
  switch (row.verdict) {
    case 'allowed':
      return { isAllowed: true, message: row.message ?? '' };
    case 'expired':
      return { isAllowed: false, message: 'Denied: nobody answered within the time for it.' };
    default:
      return { isAllowed: false, message: `Denied by the user.${said}` };
  }
}
