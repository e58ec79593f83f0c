import type { Entry } from '../core/entry.ts';
import type { InboxId } from '../core/ids.ts';
import type { LiveEvent } from '../engine/live.ts';
import type { SessionEvent } from '../engine/session.ts';
import { emptyView, reduceView, type View } from '../views/chat-view.ts';

/** Rows that belong together; a blank row stands around what people and the model say. */
export type Block = { readonly kind: 'said' | 'work'; readonly lines: readonly string[] };

/** An answer that streams. Rows that were given out once stay. */
export type Speech = {
  push(delta: string): readonly string[];
  /** The rest as it would be drawn now, its last rows. */
  open(maxRows: number): readonly string[];
  end(): readonly string[];
};

/** How a face draws. */
export type Pen = {
  /** What an entry adds to the screen, given what came before it; not the text of answers: that streams. */
  readonly entry: (view: View, entry: Entry) => Block | undefined;
  /** What was typed here. */
  readonly said: (text: string, by: string | undefined) => readonly string[];
  /** A request is repeated; `isVoid`: what stands above of its answer does not count. */
  readonly again: (event: Extract<LiveEvent, { type: 'retrying' }>, isVoid: boolean) => readonly string[];
  readonly speech: () => Speech;
  /** What the model thought before it spoke; absent: it is not shown. */
  readonly thought?: ((text: string) => readonly string[]) | undefined;
};

/** What a chat looks like as rows that are printed one after the other. */
export type Story = {
  readonly view: () => View;
  /** Sequence number of the newest entry that was told. */
  readonly seq: () => number;
  /** The last turn did not end as it should. */
  readonly hasFailed: () => boolean;
  readonly isWorking: () => boolean;
  /** An answer streams, and has begun to show. */
  readonly isSpeaking: () => boolean;
  /** What of it may still change, its last rows. */
  open(maxRows: number): readonly string[];
  /** What waits until the answer that streams is over. */
  readonly held: () => readonly Block[];
  /** What the model thinks now. */
  readonly thinking: () => string;
  /** Takes an old entry in without showing it. */
  learn(entry: Entry): void;
  tell(event: SessionEvent): void;
  /** Shows what was typed here. */
  said(id: InboxId, text: string, by?: string): void;
  /** Shows lines of the program itself; `said`: they stand apart. */
  note(lines: readonly string[], kind?: Block['kind']): void;
};

export type StoryOptions = {
  readonly pen: Pen;
  readonly print: (rows: readonly string[]) => void;
  /** What is not printed for good may have changed. */
  readonly onStatus: () => void;
};

export function createStory({ pen, print, onStatus }: StoryOptions): Story {
  let view = emptyView;
  let seq = 0;
  let hasFailed = false;
  let isWorking = false;
  let last: Block['kind'] | undefined;
  let streamed = '';
  let speech: Speech | undefined;
  let held: Block[] = [];
  /** What it thinks now, and has not been shown as a thought. */
  let thinking = '';

  function show({ kind, lines }: Block): void {
    if (speech) {
      held.push({ kind, lines });
      return;
    }
    const needsGap = last !== undefined && (kind === 'said' || last === 'said');
    print(needsGap ? ['', ...lines] : lines);
    last = kind;
  }

  function speak(delta: string): void {
    const fresh = speech ? delta : delta.trimStart();
    streamed += delta;
    if (fresh === '') return;
    if (!speech) {
      endThought(thinking);
      if (last !== undefined) print(['']);
      speech = pen.speech();
      last = 'said';
    }
    const rows = speech.push(fresh);
    if (rows.length > 0) print(rows);
  }

  function endThought(text: string): void {
    thinking = '';
    const rows = text.trim() === '' ? [] : (pen.thought?.(text) ?? []);
    if (rows.length > 0) show({ kind: 'work', lines: rows });
  }

  function endSpeech(): void {
    const rows = speech?.end() ?? [];
    if (rows.length > 0) print(rows);
    speech = undefined;
    streamed = '';
    const blocks = held;
    held = [];
    for (const block of blocks) show(block);
  }

  function tellEntry(entry: Entry): void {
    if (entry.lane === 'main' && (entry.type === 'model:answered' || entry.type === 'model:broke-off')) {
      // What was streamed of it may be less, and is nothing after a restart.
      if (!speech) thinking = (entry.type === 'model:answered' ? entry.thinking : undefined) ?? thinking;
      if (entry.text.startsWith(streamed)) speak(entry.text.slice(streamed.length).trimEnd());
      else {
        endSpeech();
        speak(entry.text.trimEnd());
      }
      endSpeech();
      endThought(thinking);
    }
    if (entry.lane === 'main' && entry.type === 'turn:ended') {
      endSpeech();
      hasFailed = entry.end !== 'done';
    }
    const block = pen.entry(view, entry);
    if (block) show(block);
    learn(entry);
  }

  function learn(entry: Entry): void {
    view = reduceView(view, entry);
    seq = entry.seq;
  }

  function tellLive(event: LiveEvent): void {
    if (event.type === 'text') speak(event.delta);
    if (event.type === 'thinking') thinking += event.delta;
    if (event.type !== 'retrying') return;
    const wasSpeaking = speech !== undefined;
    thinking = '';
    endSpeech();
    show({ kind: 'work', lines: pen.again(event, wasSpeaking) });
  }

  return {
    view: () => view,
    seq: () => seq,
    hasFailed: () => hasFailed,
    isWorking: () => isWorking,
    isSpeaking: () => speech !== undefined,
    open: maxRows => speech?.open(maxRows) ?? [],
    held: () => held,
    thinking: () => thinking,
    learn,
    tell(event) {
      // What streams in the lanes of a thousand tasks is none of what is printed.
      if (event.kind === 'live' && event.event.lane !== 'main') return;
      if (event.kind === 'entries') for (const entry of event.entries) tellEntry(entry);
      if (event.kind === 'live') tellLive(event.event);
      if (event.kind === 'state') isWorking = event.state === 'working';
      onStatus();
    },
    said(id, text, by) {
      view = { ...view, own: new Set([...view.own, id]) };
      show({ kind: 'said', lines: pen.said(text, by) });
      onStatus();
    },
    note(lines, kind = 'work') {
      show({ kind, lines });
      onStatus();
    },
  };
}
