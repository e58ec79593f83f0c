import type { Entry } from '../../core/entry.ts';
import type { ChatId, LaneId } from '../../core/ids.ts';
import type { Limits } from '../../core/limits.ts';
import type { Store } from '../../store/store.ts';
import type { Look } from '../../terminal/look.ts';
import type { LiveText } from './live-text.ts';
import type { ReaderSource } from './source.ts';

export type LaneSourceOptions = {
  readonly store: Pick<Store, 'entries' | 'lastEntries' | 'onChange'>;
  readonly chatId: ChatId;
  readonly lane: LaneId;
  readonly limits: Pick<Limits, 'readerPage' | 'readerEntries'>;
  readonly draw: (entry: Entry, look: Look) => readonly string[];
  /** What of an entry a search looks at. */
  readonly textOf: (entry: Entry) => string;
  readonly live: LiveText;
  readonly redraw: () => void;
  /** Does what may fail, and tells of it when it does. */
  readonly attempt: (work: () => Promise<void>) => void;
};

/** A stretch of the lane without a gap. */
type Window = { readonly entries: readonly Entry[]; readonly isStart: boolean; readonly isEnd: boolean };

/** The entries of a lane, places being their sequence numbers. However long the lane is, only a window of it is in memory. */
export function createLaneSource(options: LaneSourceOptions): ReaderSource {
  const { store, chatId, lane, live, redraw, attempt } = options;
  const { readerPage: page, readerEntries: most } = options.limits;
  let window: Window | undefined;
  let isFetching = false;
  let hasGrown = false;
  /** Nothing more is asked of a store that just failed, until it is known to work. */
  let hasFailed = false;

  function fetch(load: () => Promise<Window>): 'fetched' | 'none' {
    if (hasFailed) return 'none';
    if (isFetching) return 'fetched';
    isFetching = true;
    attempt(async () => {
      try {
        window = await load();
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        isFetching = false;
      }
      grow();
      redraw();
    });
    return 'fetched';
  }

  /** What was committed while the end was in the window belongs to it. */
  function grow(): void {
    if (!hasGrown || isFetching) return;
    hasGrown = false;
    if (window?.isEnd) fetch(() => below(window?.entries ?? []));
  }

  async function newest(): Promise<Window> {
    const entries = await store.lastEntries(chatId, page, { lane });
    return { entries, isStart: entries.length < page, isEnd: true };
  }

  async function oldest(): Promise<Window> {
    const entries = await store.entries(chatId, { lane, limit: page });
    return { entries, isStart: true, isEnd: entries.length < page };
  }

  async function above(known: readonly Entry[]): Promise<Window> {
    const more = await store.lastEntries(chatId, page, { lane, before: known[0]?.seq });
    const entries = [...more, ...known].slice(0, most);
    const isCut = more.length + known.length > most;
    return { entries, isStart: more.length < page, isEnd: !isCut && (window?.isEnd ?? false) };
  }

  async function below(known: readonly Entry[]): Promise<Window> {
    const more = await store.entries(chatId, { lane, after: known.at(-1)?.seq ?? 0, limit: page });
    const isCut = known.length + more.length > most;
    return {
      entries: [...known, ...more].slice(-most),
      isStart: !isCut && (window?.isStart ?? true),
      isEnd: more.length < page,
    };
  }

  async function around(seq: number): Promise<Window> {
    const before = await store.lastEntries(chatId, page, { lane, before: seq });
    const after = await store.entries(chatId, { lane, after: seq - 1, limit: page });
    return { entries: [...before, ...after], isStart: before.length < page, isEnd: after.length < page };
  }

  async function search(words: string, from: number, step: 1 | -1, signal: AbortSignal): Promise<number | undefined> {
    const wanted = words.toLowerCase();
    let at = from;
    for (;;) {
      const entries =
        step === 1
          ? await store.entries(chatId, { lane, after: Number.isFinite(at) ? at : 0, limit: page })
          : (await store.lastEntries(chatId, page, { lane, before: Number.isFinite(at) ? at : undefined })).reverse();
      signal.throwIfAborted();
      const hit = entries.find(entry => options.textOf(entry).toLowerCase().includes(wanted));
      if (hit) return hit.seq;
      if (entries.length < page) return undefined;
      at = entries.at(-1)?.seq ?? at;
    }
  }

  const off = store.onChange(change => {
    if (change.kind === 'committed' && !change.entries.some(entry => entry.chatId === chatId && entry.lane === lane))
      return;
    hasGrown = true;
    hasFailed = false;
    grow();
  });
  const offLive = live.onChange(lane, redraw);

  return {
    next(from, step) {
      if (!window) return fetch(from < 0 ? oldest : newest);
      const { entries, isStart, isEnd } = window;
      const first = entries[0]?.seq;
      const last = entries.at(-1)?.seq;
      if (first === undefined || last === undefined) return 'none';
      if (from === Number.POSITIVE_INFINITY) return isEnd ? last : fetch(newest);
      if (from === Number.NEGATIVE_INFINITY) return isStart ? first : fetch(oldest);
      if (from < first || from > last) return fetch(() => around(from));
      const neighbour = entries[step === 1 ? firstAfter(entries, from) : firstAfter(entries, from - 1) - 1];
      if (neighbour) return neighbour.seq;
      if (step === 1) return isEnd ? 'none' : fetch(() => below(entries));
      return isStart ? 'none' : fetch(() => above(entries));
    },
    rows(place, look) {
      const entry = window?.entries[firstAfter(window.entries, place - 1)];
      return entry?.seq === place ? options.draw(entry, look) : [];
    },
    tail: (look, rows) => live.rows(lane, look).slice(-rows),
    async find(words, from, step, signal) {
      const place = await search(words, from, step, signal);
      if (place !== undefined) window = await around(place);
      return place;
    },
    close() {
      off();
      offLive();
    },
  };
}

/** Index of the first entry after a sequence number. */
function firstAfter(entries: readonly Entry[], seq: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
