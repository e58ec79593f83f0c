import { createStore } from '../../core/create-store.ts';
import type { Entry } from '../../core/entry.ts';
import type { InboxId } from '../../core/ids.ts';
import type { SessionEvent } from '../../engine/session.ts';
import type { InboxRow } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import type { Strip } from '../pane.ts';
import { createQueuePane } from './pane.ts';
import { emptyQueue, reduceQueue } from './state.ts';
import { drawQueue } from './view.ts';

export type Queue = Strip & {
  /** Shows the input at once, while `send` puts it into the inbox. */
  readonly send: (text: string, takes: InboxRow['takes'], send: () => Promise<InboxId>) => Promise<InboxId>;
  readonly learn: (entry: Entry) => void;
  readonly tell: (event: SessionEvent) => void;
  /** Gives the keyboard to it; false when nothing waits. */
  readonly open: () => boolean;
  readonly close: () => void;
};
export type QueueOptions = Pick<Desk, 'program' | 'session' | 'story' | 'panes' | 'redraw' | 'attempt' | 'notice'> & {
  /** Takes an input into the composer. */
  readonly edit: (text: string) => void;
};

/** What waits for the main lane, in this terminal as in any other: it is in the store. */
export function createQueue(options: QueueOptions): Queue {
  const { program, session, story, panes, redraw, attempt } = options;
  const state = createStore(reduceQueue, emptyQueue);
  let nextKey = 0;
  let isReading = false;
  let isStale = false;
  let closePane: (() => void) | undefined;
  const offState = state.subscribe(() => {
    if (closePane && state.get().rows.length === 0) leave();
    redraw('soon');
  });
  const offStore = program.store.onChange(change => {
    if (change.kind === 'elsewhere' || change.touchedInbox) look();
  });
  look();

  /** One reading at a time; what changed meanwhile is read by the next. */
  function look(): void {
    isStale = true;
    if (isReading) return;
    isReading = true;
    attempt(async () => {
      try {
        while (isStale) {
          isStale = false;
          const { version } = state.get();
          const rows = await program.store.pending(session.chatId, 'main');
          state.dispatch({ kind: 'read', rows, version });
          if (state.get().version !== version) isStale = true;
        }
      } finally {
        isReading = false;
      }
    });
  }

  function leave(): void {
    closePane?.();
    closePane = undefined;
  }

  /** What was shown as typed when it was sent is not shown a second time. */
  function shown() {
    const { own } = story.view();
    const now = state.get();
    return own.size === 0 ? now : { ...now, rows: now.rows.filter(row => !own.has(row.id)) };
  }

  return {
    draw: (look, room) => (closePane ? [] : drawQueue(shown(), look, room)),
    async send(text, takes, send) {
      const key = nextKey++;
      state.dispatch({ kind: 'sending', input: { key, text, takes } });
      redraw('now');
      try {
        const id = await send();
        state.dispatch({ kind: 'sent', key, id });
        return id;
      } catch (error) {
        state.dispatch({ kind: 'not-sent', key });
        throw error;
      }
    },
    learn: entry => state.dispatch({ kind: 'entry', entry }),
    tell(event) {
      if (event.kind === 'entries') for (const entry of event.entries) state.dispatch({ kind: 'entry', entry });
    },
    open() {
      if (state.get().rows.length === 0) return false;
      closePane = panes.open(createQueuePane({ ...options, rows: () => state.get().rows, look, leave }));
      return true;
    },
    close() {
      offState();
      offStore();
    },
  };
}
