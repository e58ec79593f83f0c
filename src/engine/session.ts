import type { Entry, PolicyChange } from '../core/entry.ts';
import type { ApprovalId, ChatId, InboxId, UserId } from '../core/ids.ts';
import type { InboxRow } from '../store/rows.ts';
import { answerApproval, policyEntry } from './approvals.ts';
import { followChat } from './feed.ts';
import { type DriverState, driveLane, type LaneDriver, type LaneDriverOptions } from './lane-driver.ts';
import type { Engine } from './lane-work.ts';
import type { LiveEvent } from './live.ts';
import { moveInput, setTakes, takeBack } from './queue.ts';
import type { TurnResult } from './turn.ts';

export type SessionEvent =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'live'; readonly event: LiveEvent }
  | { readonly kind: 'state'; readonly state: DriverState }
  /** A turn of the main lane that this process drove has ended. */
  | { readonly kind: 'turn-ended'; readonly result: Extract<TurnResult, { kind: 'ended' }> };

/** What a face holds of an open chat: it sends, and it subscribes. It owns no state of the chat. */
export type Session = {
  readonly chatId: ChatId;
  /** Puts what a person typed into the inbox of the main lane; whoever drives the lane takes it. */
  send(text: string, options?: { takes?: InboxRow['takes'] }): Promise<InboxId>;
  /** Takes back what still waits; undefined when the agent was quicker. */
  takeBack(id: InboxId): Promise<InboxRow | undefined>;
  /** Lets an input that waits be read before (-1) or after (1) the one next to it. False when the agent was quicker, or there is none. */
  move(id: InboxId, by: -1 | 1): Promise<boolean>;
  /** Changes when an input that waits is read. False when the agent was quicker. */
  setTakes(id: InboxId, takes: InboxRow['takes']): Promise<boolean>;
  /** Ends the turn of the main lane, if this process drives it. Background work goes on. */
  interrupt(): void;
  /** False when somebody else was quicker; then `change` of what is permitted in this chat was not made either. */
  answer(
    id: ApprovalId,
    answer: { verdict: 'allowed' | 'denied'; message?: string; change?: PolicyChange | undefined },
  ): Promise<boolean>;
  /** Changes what is permitted in this chat: for its main lane and what that delegates, at once, in every process. */
  changePolicy(change: PolicyChange): Promise<void>;
  /** Entries after `seq` in order and without a gap, then live events. Returns what ends it. */
  subscribe(seq: number, listener: (event: SessionEvent) => void): () => void;
  readonly state: () => DriverState;
  close(): Promise<void>;
};

export type SessionOptions = Omit<LaneDriverOptions, 'onState' | 'onTurnEnd'> & {
  readonly chatId: ChatId;
  readonly user: UserId;
};

export function openSession(engine: Engine, options: SessionOptions): Session {
  const { chatId, user } = options;
  const listeners = new Set<(event: SessionEvent) => void>();
  const tell = (event: SessionEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const driver: LaneDriver = driveLane(
    engine,
    { chatId, lane: 'main' },
    {
      ...options,
      onState: state => tell({ kind: 'state', state }),
      onTurnEnd: result => tell({ kind: 'turn-ended', result }),
    },
  );
  const offLive = engine.live.subscribe(chatId, event => tell({ kind: 'live', event }));
  return {
    chatId,
    async send(text, { takes = 'boundary' } = {}) {
      const id = engine.ids('inbox');
      const createdAt = engine.clock.now();
      await engine.store.write(tx =>
        tx.putInbox({ id, chatId, lane: 'main', kind: 'input', text, author: user, wakes: true, takes, createdAt }),
      );
      return id;
    },
    takeBack: id => takeBack(engine.store, chatId, id),
    move: (id, by) => moveInput(engine.store, chatId, id, by),
    setTakes: (id, takes) => setTakes(engine.store, chatId, id, takes),
    interrupt: driver.interrupt,
    answer: (id, answer) => answerApproval(engine, id, { ...answer, by: user }),
    async changePolicy(change) {
      await engine.store.write(tx => tx.append(chatId, 'main', engine.clock.now(), [policyEntry(change, user)]));
    },
    subscribe(seq, listener) {
      listeners.add(listener);
      const feed = followChat(engine, chatId, seq, entries => listener({ kind: 'entries', entries }));
      return () => {
        listeners.delete(listener);
        feed.stop();
      };
    },
    state: driver.state,
    async close() {
      await driver.close();
      offLive();
    },
  };
}
