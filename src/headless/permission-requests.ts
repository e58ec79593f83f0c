import type { Entry, EntryOf } from '../core/entry.ts';
import type { ApprovalId } from '../core/ids.ts';
import type { Approval } from '../store/rows.ts';
import { type OpenQuestion, type QuestionVerdict, verdictOf } from './control.ts';
import type { ControlResponse } from './input-line.ts';
import type { LineWriter } from './line-writer.ts';

export type PermissionRequests = {
  /** Passes on what is asked, and takes back what others answered. */
  entries(entries: readonly Entry[]): void;
  /** What was open before this run. */
  earlier(approvals: readonly Approval[]): void;
  response(response: ControlResponse): Promise<void>;
  /** Nobody is left to answer: denies what is open. */
  close(): Promise<void>;
};

export type PermissionOptions = {
  readonly writer: Pick<LineWriter, 'write'>;
  answer(id: ApprovalId, verdict: QuestionVerdict): Promise<boolean>;
  /** An answer that was not understood. */
  onProblem(message: string): void;
};

type Asked = Pick<EntryOf<'approval:asked'>, 'lane' | 'callId' | 'tool' | 'input' | 'reason'> & {
  readonly id: ApprovalId;
};

/** Approvals as `can_use_tool` requests to the client, whoever in the chat needs them. */
export function createPermissionRequests({ writer, answer, onProblem }: PermissionOptions): PermissionRequests {
  const open = new Map<string, OpenQuestion>();

  function ask({ id, lane, callId, tool, input, reason }: Asked): void {
    if (open.has(id)) return;
    open.set(id, { id, tool, input });
    const task = lane === 'main' ? {} : { task_id: lane };
    const request = {
      subtype: 'can_use_tool',
      tool_name: tool,
      input,
      tool_use_id: callId,
      decision_reason: reason,
      ...task,
    };
    writer.write({ type: 'control_request', request_id: id, request });
  }

  function takeBack(id: string): void {
    if (open.delete(id)) writer.write({ type: 'control_cancel_request', request_id: id });
  }

  return {
    entries(entries) {
      for (const entry of entries) {
        if (entry.type === 'approval:asked') ask({ ...entry, id: entry.approvalId });
        if (entry.type === 'approval:answered') takeBack(entry.approvalId);
      }
    },
    earlier: approvals => approvals.forEach(ask),
    async response(response) {
      const question = open.get(response.request_id);
      if (!question) return onProblem(`no request ${response.request_id} is open`);
      const verdict: ReturnType<typeof verdictOf> =
        response.subtype === 'error'
          ? { verdict: 'denied', message: response.error }
          : verdictOf(question, response.response);
      if ('problem' in verdict) return onProblem(verdict.problem);
      open.delete(question.id);
      await answer(question.id, verdict);
    },
    async close() {
      const left = [...open.values()];
      open.clear();
      for (const { id } of left)
        await answer(id, { verdict: 'denied', message: 'the client that could have been asked is gone' });
    },
  };
}
