import type { Speech } from '../terminal/story.ts';
import type { Look } from './look.ts';
import { richRows, settledPart } from './rich.ts';

/** Text that streams: the line that is not complete yet, how many of its rows were printed, and whether it stands in a code block. */
export type Flow = { readonly line: string; readonly printed: number; readonly isCode: boolean };
export type FlowStep = { readonly flow: Flow; readonly rows: readonly string[]; readonly live: string };

export const emptyFlow: Flow = { line: '', printed: 0, isCode: false };

/** Takes more text: `rows` can be printed for good, `live` is the row that may still grow. */
export function flowOn(flow: Flow, delta: string, look: Look): FlowStep {
  const lines = (flow.line + delta).split('\n');
  const last = lines.pop() ?? '';
  const rows: string[] = [];
  let { printed, isCode } = flow;
  for (const line of lines) {
    if (/^\s*```/.test(line)) isCode = !isCode;
    else rows.push(...richRows(line, look, isCode).slice(printed));
    printed = 0;
  }
  if (/^\s*`{1,3}\w*$/.test(last)) return { flow: { line: last, printed, isCode }, rows, live: '' };
  const settled = richRows(isCode ? last : settledPart(last), look, isCode);
  const ready = settled.slice(printed, -1);
  rows.push(...ready);
  printed += ready.length;
  return { flow: { line: last, printed, isCode }, rows, live: richRows(last, look, isCode).at(-1) ?? '' };
}

/** The rows that are left when the text is over. */
export function flowEnd(flow: Flow, look: Look): readonly string[] {
  if (flow.line === '' || /^\s*```/.test(flow.line)) return [];
  return richRows(flow.line, look, flow.isCode).slice(flow.printed);
}

/** An answer that streams as plain lines; only its last row may still grow. */
export function createFlow(look: Look): Speech {
  let flow = emptyFlow;
  let live = '';
  return {
    push(delta) {
      const step = flowOn(flow, delta, look);
      flow = step.flow;
      live = step.live;
      return step.rows;
    },
    open: () => (live === '' ? [] : [live]),
    end: () => flowEnd(flow, look),
  };
}
