import type { Entry, EntryOf, EntryType, ToolCall } from '../core/entry.ts';
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
  const begin = entries.findLast(entry => entry.type === 'turn:started' && entry.turnId === state.turnId);
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

export type LaneEnd = { readonly chatId: ChatId; readonly lane: LaneId /** Of the chat. */; readonly lastSeq: number };

export async function readOpenTurn(reader: Reader, at: LaneEnd): Promise<OpenTurn | undefined> {
  const entries = await readBack(reader, at, ['turn:started', 'turn:ended']);
  return openTurnOf(entries);
}

/** When the newest attempt of a task began. */
export async function readAttemptStart(reader: Reader, at: LaneEnd): Promise<number | undefined> {
  const entries = await readBack(reader, at, ['task:started']);
  return entries.findLast(entry => entry.type === 'task:started')?.at;
}

/** Sequence numbers that are looked at first; four times as many each time that there was none of those types in them. */
const firstWindow = 200;

/** Entries of a lane from the end of the chat's log back to one of these types, so that a long chat costs no more than a short one. */
async function readBack(
  reader: Reader,
  { chatId, lane, lastSeq }: LaneEnd,
  types: readonly EntryType[],
): Promise<Entry[]> {
  for (let window = firstWindow; ; window *= 4) {
    const after = Math.max(0, lastSeq - window);
    const entries = await reader.entries(chatId, { lane, after });
    if (after === 0 || entries.some(({ type }) => types.includes(type))) return entries;
  }
}
