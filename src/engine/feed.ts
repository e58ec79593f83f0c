import type { Entry } from '../core/entry.ts';
import { isFault } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import type { Engine } from './lane-work.ts';

/** Entries read at a time. */
const page = 2_000;

export type Feed = {
  /** Resolves when everything that was in the log at this moment has been given out. */
  caughtUp(): Promise<void>;
  stop(): void;
};

/**
 * Gives out the entries of a chat after a sequence number, in order, each once, without a gap: first what is there, then what is committed,
 * by whatever process. Commits of this process are passed on without a read when they follow what was given out last. A read that fails is
 * repeated every `limits.recheckMs`.
 */
export function followChat(
  engine: Pick<Engine, 'store' | 'log' | 'clock' | 'limits'>,
  chatId: ChatId,
  after: number,
  onEntries: (entries: readonly Entry[]) => void,
): Feed {
  let last = after;
  let isOpen = true;
  let reading: Promise<void> | undefined;
  let again = false;
  let endPause: () => void = () => undefined;

  function give(entries: readonly Entry[]): void {
    const next = entries.filter(entry => entry.seq > last);
    if (!isOpen || next.length === 0) return;
    onEntries(next);
    last = next.at(-1)?.seq ?? last;
  }

  function read(): Promise<void> {
    again = true;
    reading ??= readUntilDone().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readUntilDone(): Promise<void> {
    while (isOpen && again) {
      try {
        await readAll();
      } catch (error) {
        if (!isFault(error)) throw error;
        engine.log.error('reading a chat failed; trying again', { chat: chatId, error: error.message });
        again = true;
        await pause();
      }
    }
  }

  async function pause(): Promise<void> {
    if (!isOpen) return;
    await new Promise<void>(resolve => {
      const cancel = engine.clock.after(engine.limits.recheckMs, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  async function readAll(): Promise<void> {
    while (isOpen && again) {
      again = false;
      for (;;) {
        const entries = await engine.store.entries(chatId, { after: last, limit: page });
        give(entries);
        if (entries.length < page) break;
      }
    }
  }

  const off = engine.store.onChange(change => {
    if (change.kind === 'elsewhere') return void read();
    const ours = change.entries.filter(entry => entry.chatId === chatId);
    const [first] = ours;
    if (!first) return;
    if (reading || first.seq !== last + 1) return void read();
    give(ours);
  });
  void read();
  return {
    caughtUp: read,
    stop() {
      isOpen = false;
      off();
      endPause();
    },
  };
}
