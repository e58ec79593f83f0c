import type { ChatId, LaneId } from '../core/ids.ts';
import type { Recovery, WaitsForPerson } from '../tasks/recovery.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';

/** What was found at the start as a line of the stream: the words for people, and the facts. It stands for no entry, so it has no `seq`. */
export function recoveredLine(chatId: ChatId, recovery: Recovery): object {
  const { elsewhere, unknown } = recovery;
  return {
    type: 'system',
    subtype: 'recovered',
    text: recoveryLine(recovery),
    after_crash: recovery.hasCrashed,
    turn_goes_on: recovery.goesOn,
    resumed: recovery.resumed,
    given_up: recovery.givenUp,
    at_work_elsewhere: elsewhere.map(({ taskId, pid, host }) => ({ task_id: taskId, pid, host })),
    waits_for_person: recovery.waits.map(waitLine),
    outcome_unknown: unknown.map(({ lane, call }) => ({ ...laneLine(lane), tool: call.tool, input: call.input })),
    late_notifications: recovery.late.length,
    unread_inputs: recovery.unread.length,
    session_id: chatId,
    chat_id: chatId,
  };
}

function waitLine(wait: WaitsForPerson): object {
  if (wait.kind !== 'approval') return { reason: wait.kind, task_id: wait.taskId };
  return { reason: wait.kind, ...laneLine(wait.lane), tool: wait.call.tool, input: wait.call.input };
}

/** As in every other line: `task_id` only for what is a task's. */
function laneLine(lane: LaneId): object {
  return lane === 'main' ? {} : { task_id: lane };
}
