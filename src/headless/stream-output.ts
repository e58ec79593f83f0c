import type { Entry } from '../core/entry.ts';
import type { ChatId, LaneId, TaskId } from '../core/ids.ts';
import type { LiveEvent } from '../engine/live.ts';
import { envelope, taskOf, type WireEvent, wireEvents } from '../views/wire-event.ts';
import type { LineWriter } from './line-writer.ts';
import { messageOf } from './messages.ts';
import type { Output } from './output.ts';
import { createPartials } from './partials.ts';
import { recoveredLine } from './recovered-line.ts';
import { type RunResult, resultLine } from './result.ts';

export type StreamOptions = {
  readonly writer: LineWriter;
  readonly chatId: ChatId;
  readonly userId: string;
  readonly includesPartial: boolean;
  /** Calls that spawned tasks which the log before this run tells of. */
  readonly earlierCalls: ReadonlyMap<TaskId, string>;
};

/**
 * The log as JSON lines. Every entry is told: conversation as messages, or as `system` lines where it has no message; what belongs to a task
 * as events with its `task_id`, and as messages too when a call spawned it. Lines of one entry share its `seq`, so `seq` has no gap.
 */
export function streamOutput({ writer, chatId, userId, includesPartial, earlierCalls }: StreamOptions): Output {
  const calls = new Map(earlierCalls);
  const partials = createPartials();
  let streamed = 0;
  const parentOf = (lane: LaneId) => (lane === 'main' ? null : (calls.get(lane) ?? null));

  function tell(entry: Entry): void {
    if (entry.type === 'task:queued' && entry.parentCallId !== undefined) calls.set(entry.taskId, entry.parentCallId);
    if (entry.type === 'model:answered' || entry.type === 'model:broke-off')
      stream(entry.lane, partials.end(entry.lane));
    const message = messageOf(entry, task => calls.get(task));
    if (message) writer.write(message);
    if (taskOf(entry) === undefined && message) return;
    for (const event of wireEvents(entry))
      writer.write(taskOf(entry) === undefined ? systemLine(entry, event) : envelopeOf(entry, event));
  }

  function envelopeOf(entry: Entry, event: WireEvent): object {
    return envelope(entry, event, { sessionId: chatId, userId });
  }

  function stream(lane: LaneId, events: readonly object[]): void {
    if (!includesPartial) return;
    const task = lane === 'main' ? {} : { task_id: lane };
    for (const event of events) {
      streamed += 1;
      const of = {
        parent_tool_use_id: parentOf(lane),
        session_id: chatId,
        uuid: `${chatId}.p${streamed}`,
        chat_id: chatId,
      };
      writer.writeIfRoom({ type: 'stream_event', event, ...of, ...task });
    }
  }

  function live(event: LiveEvent): void {
    stream(event.lane, partials.live(event));
    if (event.type !== 'retrying') return;
    const task = event.lane === 'main' ? {} : { task_id: event.lane };
    const facts = { attempt: event.attempt, in_ms: event.inMs, reason: event.reason };
    writer.write({ type: 'system', subtype: 'retrying', ...facts, session_id: chatId, chat_id: chatId, ...task });
  }

  return {
    found: recovery => writer.write(recoveredLine(chatId, recovery)),
    entries: entries => entries.forEach(tell),
    live,
    async result(result: RunResult) {
      writer.write(resultLine(result));
      await writer.flush();
    },
  };
}

/** An entry of the conversation that is no message. */
function systemLine(entry: Entry, { type, data }: WireEvent): object {
  const { status, ...facts } = data;
  return {
    type: 'system',
    subtype: typeof status === 'string' ? status : type,
    ...facts,
    session_id: entry.chatId,
    chat_id: entry.chatId,
    seq: entry.seq,
    at: new Date(entry.at).toISOString(),
  };
}
