import type { ToolCall } from '../core/entry.ts';
import type { Question, QuestionAnswer } from '../tools/tool.ts';
import { askApproval } from './approvals.ts';
import type { Engine, LaneWork } from './lane-work.ts';

/**
 * Puts a question to the people who watch the chat. It travels as an approval whose message is the answer, so that it is as durable as one
 * and every face that can answer an approval can answer it.
 */
export async function askPerson(
  engine: Engine,
  work: LaneWork,
  call: ToolCall,
  question: Question,
  signal: AbortSignal,
): Promise<QuestionAnswer> {
  if (!work.canAsk())
    return {
      kind: 'nobody',
      message: 'Nobody is there to answer. Go on with the best assumption and say which one you made.',
    };
  engine.live.emit(work.chatId, { type: 'waiting-for-person', lane: work.lane, callId: call.callId });
  const verdict = await askApproval(engine, work, { call, reason: question.question }, signal);
  if (verdict.isAllowed && verdict.message !== '') return { kind: 'answered', text: verdict.message };
  return {
    kind: 'nobody',
    message: verdict.message === '' ? 'The question was dismissed without an answer.' : verdict.message,
  };
}
