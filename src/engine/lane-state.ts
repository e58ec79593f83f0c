import type { Entry, EntryOf, ToolCall } from '../core/entry.ts';
import type { TurnId } from '../core/ids.ts';

/** Where a lane stands, as a fold of its entries: what a new driver needs to go on after whoever wrote it last. */
export type LaneState = {
  /** The turn that began and has not ended. */
  readonly turnId?: TurnId | undefined;
  /** Answers in that turn. */
  readonly steps: number;
  /** Calls of the last answer that have no result yet, in the order of the answer. */
  readonly openCalls: readonly { readonly call: ToolCall; readonly hasStarted: boolean }[];
  /** Something came after the last answer that the model has not seen: results or input. */
  readonly owesAnswer: boolean;
  /** The last call, as tool and input, and how often it was made in a row. */
  readonly lastCall: { readonly key: string; readonly times: number };
  /** Why the last answer stopped. */
  readonly lastStop: EntryOf<'model:answered'>['stop'];
  /** What the agent said last in this lane. */
  readonly lastText: string;
  /** The last answer had no text, so `lastText` is of an earlier one. */
  readonly isLastEmpty: boolean;
};

export const emptyLane: LaneState = {
  steps: 0,
  openCalls: [],
  owesAnswer: false,
  lastCall: { key: '', times: 0 },
  lastStop: 'end',
  lastText: '',
  isLastEmpty: false,
};

export function reduceLane(state: LaneState, entry: Entry): LaneState {
  switch (entry.type) {
    case 'turn:started':
      return { ...state, turnId: entry.turnId, steps: 0 };
    case 'turn:ended':
      return { ...state, turnId: undefined, openCalls: [], owesAnswer: false, lastCall: emptyLane.lastCall };
    case 'model:answered':
      return answered(state, entry);
    case 'model:broke-off':
      return entry.text.trim() === '' ? state : { ...state, lastText: entry.text };
    case 'tool:started':
      return {
        ...state,
        openCalls: state.openCalls.map(open =>
          open.call.callId === entry.callId ? { ...open, hasStarted: true } : open,
        ),
      };
    case 'tool:ended':
      return {
        ...state,
        owesAnswer: true,
        openCalls: state.openCalls.filter(open => open.call.callId !== entry.callId),
      };
    case 'user:said':
    case 'task:instructed':
    case 'lane:messaged':
    case 'notification:delivered':
    case 'program:remarked':
      return { ...state, owesAnswer: true, lastCall: { key: '', times: 0 } };
    default:
      return state;
  }
}

/** Same tool, same input: what the loop breaker counts. */
export function callKey(call: Pick<ToolCall, 'tool' | 'input'>): string {
  return `${call.tool} ${JSON.stringify(call.input)}`;
}

function answered(state: LaneState, entry: EntryOf<'model:answered'>): LaneState {
  let lastCall = state.lastCall;
  for (const call of entry.calls) {
    const key = callKey(call);
    lastCall = { key, times: key === lastCall.key ? lastCall.times + 1 : 1 };
  }
  return {
    ...state,
    steps: state.steps + 1,
    owesAnswer: false,
    lastCall,
    lastStop: entry.stop,
    lastText: entry.text.trim() === '' ? state.lastText : entry.text,
    isLastEmpty: entry.text.trim() === '',
    openCalls: entry.calls.map(call => ({ call, hasStarted: false })),
  };
}
