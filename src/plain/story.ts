import { duration } from '../core/duration.ts';
import type { Entry } from '../core/entry.ts';
import type { InboxId } from '../core/ids.ts';
import { amount } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import type { LiveEvent } from '../engine/live.ts';
import type { SessionEvent } from '../engine/session.ts';
import { clip } from '../terminal/width.ts';
import { callLine } from '../views/call-line.ts';
import { emptyView, reduceView, type View } from '../views/chat-view.ts';
import { type Block, entryBlock, userLines } from './entry-lines.ts';
import { emptyFlow, type Flow, flowEnd, flowOn } from './flow.ts';
import type { Look } from './look.ts';

/** What a chat looks like as lines that are printed one after the other. */
export type Story = {
  readonly view: () => View;
  /** Sequence number of the newest entry that was told. */
  readonly seq: () => number;
  /** The last turn did not end as it should. */
  readonly hasFailed: () => boolean;
  /** Takes an old entry in without showing it. */
  learn(entry: Entry): void;
  tell(event: SessionEvent): void;
  /** Shows what was typed here. */
  said(id: InboxId, text: string, by?: string): void;
  /** Shows lines of the program itself; `said`: they stand apart. */
  note(lines: readonly string[], kind?: Block['kind']): void;
  /** Rows for what goes on now; empty when nothing does. */
  status(): readonly string[];
};

export type StoryOptions = {
  readonly look: () => Look;
  readonly print: (rows: readonly string[]) => void;
  /** The status may have changed. */
  readonly onStatus: () => void;
};

export function createStory({ look, print, onStatus }: StoryOptions): Story {
  let view = emptyView;
  let seq = 0;
  let hasFailed = false;
  let isWorking = false;
  let last: Block['kind'] | undefined;
  let streamed = '';
  let flow: Flow = emptyFlow;
  let live = '';
  let isSpeaking = false;
  /** What came while an answer streams; shown when its text is over. */
  let held: Block[] = [];

  function show({ kind, lines }: Block): void {
    if (isSpeaking) {
      held.push({ kind, lines });
      return;
    }
    const needsGap = last !== undefined && (kind === 'said' || last === 'said');
    print(needsGap ? ['', ...lines] : lines);
    last = kind;
  }

  function speak(delta: string): void {
    const fresh = isSpeaking ? delta : delta.trimStart();
    streamed += delta;
    if (fresh === '') return;
    if (!isSpeaking) {
      if (last !== undefined) print(['']);
      isSpeaking = true;
      last = 'said';
    }
    const step = flowOn(flow, fresh, look());
    flow = step.flow;
    live = step.live;
    if (step.rows.length > 0) print(step.rows);
  }

  function endSpeech(): void {
    if (isSpeaking) print(flowEnd(flow, look()));
    [flow, live, streamed, isSpeaking] = [emptyFlow, '', '', false];
    const blocks = held;
    held = [];
    for (const block of blocks) show(block);
  }

  function tellEntry(entry: Entry): void {
    if (entry.lane === 'main' && (entry.type === 'model:answered' || entry.type === 'model:broke-off')) {
      if (entry.text.startsWith(streamed)) speak(entry.text.slice(streamed.length).trimEnd());
      else {
        endSpeech();
        speak(entry.text.trimEnd());
      }
      endSpeech();
    }
    if (entry.lane === 'main' && entry.type === 'turn:ended') {
      endSpeech();
      hasFailed = entry.end !== 'done';
    }
    const block = entryBlock(view, entry, look());
    if (block) show(block);
    learn(entry);
  }

  function learn(entry: Entry): void {
    view = reduceView(view, entry);
    seq = entry.seq;
  }

  function tellLive(event: LiveEvent): void {
    if (event.lane !== 'main') return;
    if (event.type === 'text') speak(event.delta);
    if (event.type !== 'retrying') return;
    const wasSpeaking = isSpeaking;
    endSpeech();
    const { paint, columns } = look();
    const again = `${visible(event.reason)}: asked again in ${duration(event.inMs)}${wasSpeaking ? '; what stands above is void' : ''}`;
    show({ kind: 'work', lines: [`${paint.yellow('!')} ${clip(again, columns - 2)}`] });
  }

  return {
    view: () => view,
    seq: () => seq,
    hasFailed: () => hasFailed,
    learn,
    tell(event) {
      if (event.kind === 'entries') for (const entry of event.entries) tellEntry(entry);
      if (event.kind === 'live') tellLive(event.event);
      if (event.kind === 'state') isWorking = event.state === 'working';
      onStatus();
    },
    said(id, text, by) {
      view = { ...view, own: new Set([...view.own, id]) };
      show({ kind: 'said', lines: userLines(text, look(), by) });
      onStatus();
    },
    note(lines, kind = 'work') {
      show({ kind, lines });
      onStatus();
    },
    status() {
      const { paint, columns } = look();
      const now = [...view.calls.values()].map(callLine);
      const tasks = view.atWork.size > 0 ? [`${amount(view.atWork.size, 'task', 'tasks')} at work`] : [];
      const busy = isWorking && view.asked.length === 0 && !isSpeaking ? [now[0] ?? 'thinking'] : [];
      const parts = [...busy, ...tasks];
      const line = parts.length === 0 ? [] : [paint.dim(clip(`… ${parts.join(' · ')}`, columns - 1))];
      const typed = held.filter(block => block.kind === 'said').flatMap(block => ['', ...block.lines]);
      return [...(live === '' ? [] : [live]), ...typed, '', ...line];
    },
  };
}
