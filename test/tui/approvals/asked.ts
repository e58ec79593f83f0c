import type { EntryOf } from '../../../src/core/entry.ts';
import type { ApprovalId, ChatId, LaneId } from '../../../src/core/ids.ts';
import type { Asked } from '../../../src/views/question.ts';

/** A question as it stands in a log. Ids are made here; nothing looks at their form. */
export function asked(tool: string, input: unknown, { id = 'approval_1', lane = 'main' as LaneId } = {}): Asked {
  return {
    type: 'approval:asked',
    chatId: 'chat_1' as ChatId,
    approvalId: id as ApprovalId,
    seq: 1,
    lane,
    at: 0,
    callId: `call of ${id}`,
    tool,
    input,
    reason: 'it may change something',
    deadline: 90_000,
  } satisfies EntryOf<'approval:asked'>;
}
