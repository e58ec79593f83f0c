import { startDeadline } from '../core/deadline.ts';
import type { EntryBody, PolicyChange, ToolCall } from '../core/entry.ts';
import type { ApprovalId, ChatId, LaneId, UserId } from '../core/ids.ts';
import type { Decision } from '../permissions/policy.ts';
import type { Approval } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { callKey } from './lane-state.ts';
import { commit, type Engine, type LaneWork } from './lane-work.ts';
import { waitFor } from './wait-for.ts';

export type Verdict = { readonly isAllowed: boolean; readonly message: string };
type Answer = {
  readonly verdict: 'allowed' | 'denied' | 'expired';
  readonly by?: UserId;
  readonly message?: string;
  /** What is permitted in the chat from then on. */
  readonly change?: PolicyChange | undefined;
};

/**
 * Asks the people who watch the chat and waits for their answer, at most until the deadline. The question is durable: after a crash
 * the same call finds its open approval again. Without anybody to ask it is denied at once (S13). `judgeAgain`: where the answer may become
 * needless because what is permitted was changed meanwhile.
 */
export async function askApproval(
  engine: Engine,
  work: LaneWork,
  { call, reason, judgeAgain }: { call: ToolCall; reason: string; judgeAgain?: () => Decision },
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
  const byPolicy = judgeAgain && answerByPolicy(work, judgeAgain);
  try {
    const answered = await waitFor(engine, signal, async () => {
      const row = await engine.store.approval(approval.id);
      if (row?.verdict) return row;
      const answer = isLate ? ({ verdict: 'expired' } as const) : byPolicy?.();
      if (!answer) return undefined;
      await answerApproval(engine, approval.id, answer);
      return engine.store.approval(approval.id);
    });
    return verdictOf(answered);
  } finally {
    cancel();
  }
}

/** What the policies say by now, looked at when they have changed; undefined while they leave it to people. */
function answerByPolicy({ policies }: LaneWork, judgeAgain: () => Decision): () => Answer | undefined {
  const stateOf = () => policies.map(({ mode, rules }) => `${mode} ${rules.length}`).join();
  let known: string | undefined;
  return () => {
    const state = stateOf();
    if (state === known) return undefined;
    known = state;
    const { kind, reason } = judgeAgain();
    if (kind === 'ask') return undefined;
    return { verdict: kind === 'allow' ? 'allowed' : 'denied', message: reason };
  };
}

/**
 * Answers an open approval and tells the log of it in one commit, with what it changes of what is permitted. False when somebody else
 * answered first, or it does not exist: then nothing is changed.
 */
export async function answerApproval(
  engine: Pick<Engine, 'store' | 'clock'>,
  id: ApprovalId,
  { change, ...answer }: Answer,
): Promise<boolean> {
  return engine.store.write(async tx => {
    const approval = await tx.approval(id);
    if (!approval) return false;
    const at = engine.clock.now();
    const isFirst = await tx.answerApproval(id, { ...answer, at });
    if (!isFirst) return false;
    await tx.append(approval.chatId, approval.lane, at, [{ type: 'approval:answered', approvalId: id, ...answer }]);
    if (change) await tx.append(approval.chatId, 'main', at, [policyEntry(change, answer.by)]);
    return true;
  });
}

export function policyEntry(change: PolicyChange, by: UserId | undefined): EntryBody {
  return { type: 'policy:changed', change, ...(by === undefined ? {} : { by }) };
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
