import type { Entry, EntryOf, ToolCall } from '../core/entry.ts';
import type { ChatId, LaneId } from '../core/ids.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import type { Reader } from '../store/store.ts';

/** A call without a result. */
export type PendingCall = {
  readonly call: ToolCall;
  /** Absent: it has not begun, because it waits for a person or for its turn. */
  readonly startedAt?: number;
  /** It is made again after a crash, since that is harmless. */
  readonly isRepeatable: boolean;
};

/** A turn that began and has not ended, whoever drove it. */
export type OpenTurn = {
  readonly startedAt: number;
  /** Of the newest entry in it. */
  readonly lastAt: number;
  /** Answers of the model so far. */
  readonly steps: number;
  /** Calls of the last answer that have no result, in its order. */
  readonly calls: readonly PendingCall[];
};

/** The open turn of a lane, from its entries since that turn began or from longer before. Pure. */
export function openTurnOf(entries: readonly Entry[]): OpenTurn | undefined {
  const state = entries.reduce(reduceLane, emptyLane);
  const begin = entries.find(entry => entry.type === 'turn:started' && entry.turnId === state.turnId);
  if (!begin) return undefined;
  const started = new Map<string, EntryOf<'tool:started'>>();
  for (const entry of entries) if (entry.type === 'tool:started') started.set(entry.callId, entry);
  return {
    startedAt: begin.at,
    lastAt: entries.at(-1)?.at ?? begin.at,
    steps: state.steps,
    calls: state.openCalls.map(({ call, hasStarted }) => {
      const start = hasStarted ? started.get(call.callId) : undefined;
      const isRepeatable = start?.isRepeatable ?? start?.isReadOnly ?? true;
      return { call, isRepeatable, ...(start ? { startedAt: start.at } : {}) };
    }),
  };
}

/** Sequence numbers that are looked at first; as many again each time that no turn began in them. */
const firstWindow = 200;

/** Reads the open turn of a lane from the end of the chat's log backwards, so that a long chat costs no more than a short one. */
export async function readOpenTurn(
  reader: Reader,
  chatId: ChatId,
  lane: LaneId,
  lastSeq: number,
): Promise<OpenTurn | undefined> {
  for (let window = firstWindow; ; window *= 4) {
    const after = Math.max(0, lastSeq - window);
    const entries = await reader.entries(chatId, { lane, after });
    const last = entries.findLast(({ type }) => type === 'turn:started' || type === 'turn:ended');
    if (last || after === 0) return last?.type === 'turn:started' ? openTurnOf(entries) : undefined;
  }
}
