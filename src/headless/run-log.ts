import type { Entry, EntryOf, ToolCall, TurnEnd } from '../core/entry.ts';
import type { InboxId, LaneId, TaskId } from '../core/ids.ts';
import { addUsage, type Usage } from '../core/usage.ts';

export type Denial = {
  readonly tool: string;
  readonly callId: string;
  readonly input: unknown;
  readonly taskId?: TaskId;
};

/** What a run knows of its chat: a fold of the entries since it began. */
export type RunLog = {
  /** Sequence number of the newest entry. */
  readonly seq: number;
  readonly hasOpenTurn: boolean;
  /** How the last turn of the main lane ended, and in which entry. */
  readonly end?: { readonly how: TurnEnd; readonly message: string | undefined; readonly seq: number };
  /** What the primary agent said last. */
  readonly text: string;
  /** Model steps of the main lane. */
  readonly steps: number;
  /** Of every lane. */
  readonly usage: Usage;
  /** False once there is an answer without a price. */
  readonly isCostKnown: boolean;
  readonly taken: ReadonlySet<InboxId>;
  readonly taskIds: ReadonlySet<TaskId>;
  readonly denials: readonly Denial[];
  /** Milliseconds that models took to answer. */
  readonly modelMs: number;
  /** The last calls of each lane, with their input. */
  readonly calls: ReadonlyMap<LaneId, readonly ToolCall[]>;
};

export const emptyRunLog: RunLog = {
  seq: 0,
  hasOpenTurn: false,
  text: '',
  steps: 0,
  usage: {},
  isCostKnown: true,
  taken: new Set(),
  taskIds: new Set(),
  denials: [],
  modelMs: 0,
  calls: new Map(),
};

export function reduceRunLog(state: RunLog, entry: Entry): RunLog {
  return reduceKnown({ ...state, seq: entry.seq }, entry);
}

function reduceKnown(state: RunLog, entry: Entry): RunLog {
  const isMain = entry.lane === 'main';
  switch (entry.type) {
    case 'turn:started':
      return isMain ? { ...state, hasOpenTurn: true } : state;
    case 'turn:ended':
      return isMain
        ? { ...state, hasOpenTurn: false, end: { how: entry.end, message: entry.message, seq: entry.seq } }
        : state;
    case 'user:said':
      // What was said before is no answer to this.
      return { ...state, text: isMain ? '' : state.text, taken: new Set(state.taken).add(entry.inboxId) };
    case 'task:queued':
      return { ...state, taskIds: new Set(state.taskIds).add(entry.taskId) };
    case 'tool:ended':
      return entry.isDenied ? { ...state, denials: [...state.denials, denialOf(state, entry)] } : state;
    case 'model:answered':
      return answered(state, entry, isMain);
    case 'model:broke-off':
      return isMain && entry.text.trim() !== '' ? { ...state, text: entry.text } : state;
    case 'context:compacted':
      return spent(state, entry.usage);
    default:
      return state;
  }
}

function answered(state: RunLog, entry: EntryOf<'model:answered'>, isMain: boolean): RunLog {
  const calls = new Map(state.calls).set(entry.lane, entry.calls);
  const next = { ...spent(state, entry.usage), calls, modelMs: state.modelMs + entry.durationMs };
  if (!isMain) return next;
  return { ...next, steps: state.steps + 1, text: entry.text.trim() === '' ? state.text : entry.text };
}

function spent(state: RunLog, usage: Usage): RunLog {
  return {
    ...state,
    usage: addUsage(state.usage, usage),
    isCostKnown: state.isCostKnown && usage.costUsd !== undefined,
  };
}

function denialOf({ calls }: RunLog, { lane, callId, tool }: EntryOf<'tool:ended'>): Denial {
  const input = calls.get(lane)?.find(call => call.callId === callId)?.input;
  return { tool, callId, input, ...(lane === 'main' ? {} : { taskId: lane }) };
}
