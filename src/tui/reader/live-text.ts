import type { Entry } from '../../core/entry.ts';
import type { ChatId, LaneId } from '../../core/ids.ts';
import type { LiveHub } from '../../engine/live.ts';
import type { Store } from '../../store/store.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';

/** What the lanes of a chat are saying now, in this process. */
export type LiveText = {
  /** The answer of a lane that streams, its end; no rows when none does. */
  readonly rows: (lane: LaneId, look: Look) => readonly string[];
  readonly onChange: (lane: LaneId, listener: () => void) => () => void;
  readonly close: () => void;
};

/** Keeps the last `maxChars` characters of every answer that streams; an answer that is in the log is here no more. */
export function createLiveText(
  { live, store }: { readonly live: LiveHub; readonly store: Pick<Store, 'onChange'> },
  chatId: ChatId,
  maxChars: number,
): LiveText {
  const texts = new Map<LaneId, string>();
  const listeners = new Map<LaneId, Set<() => void>>();
  let drawn: { readonly text: string; readonly columns: number; readonly rows: readonly string[] } | undefined;

  function tell(lane: LaneId): void {
    for (const listener of listeners.get(lane) ?? []) listener();
  }

  function drop(lane: LaneId): void {
    if (texts.delete(lane)) tell(lane);
  }

  const offLive = live.subscribe(chatId, event => {
    if (event.type === 'retrying') drop(event.lane);
    if (event.type !== 'text') return;
    const text = (texts.get(event.lane) ?? '') + event.delta;
    // Cut seldom: most of what streams is short.
    texts.set(event.lane, text.length > 2 * maxChars ? text.slice(-maxChars) : text);
    tell(event.lane);
  });
  const offStore = store.onChange(change => {
    if (change.kind === 'elsewhere') return;
    for (const entry of change.entries) if (entry.chatId === chatId && endsText(entry)) drop(entry.lane);
  });
  return {
    rows(lane, { columns }) {
      const text = texts.get(lane) ?? '';
      if (text === '') return [];
      if (drawn?.text !== text || drawn.columns !== columns)
        drawn = { text, columns, rows: rowsOf(text.slice(-maxChars).trim(), columns) };
      return drawn.rows;
    },
    onChange(lane, listener) {
      const set = listeners.get(lane) ?? new Set();
      listeners.set(lane, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(lane) === set) listeners.delete(lane);
      };
    },
    close() {
      offLive();
      offStore();
    },
  };
}

function endsText({ type }: Entry): boolean {
  return type === 'model:answered' || type === 'model:broke-off' || type === 'turn:ended' || type === 'task:ended';
}
