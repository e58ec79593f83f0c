import { isFault, messageOf } from '../core/error.ts';
import type { InboxId, TurnId, WorkerId } from '../core/ids.ts';
import type { Change } from '../store/store.ts';
import { takeInbox } from './inbox.ts';
import { emptyLane, reduceLane } from './lane-state.ts';
import type { EndReason, Engine, LaneWork } from './lane-work.ts';
import { checkFence } from './lane-work.ts';
import { runTurn, type TurnResult } from './turn.ts';

export type DriverState =
  /** Somebody else drives this lane; what is typed here goes to its inbox. */
  'viewing' | 'idle' | 'working' | 'closed';

export type LaneDriver = {
  readonly state: () => DriverState;
  /** Ends the turn that runs; the lane lives. */
  interrupt(): void;
  /** Leaves the lane to others; a turn that runs stays open in the log. */
  close(): Promise<void>;
};

export type LaneDriverOptions = {
  readonly worker: () => WorkerId;
  /** The lane as it is now: asked before each turn, so that a changed model or mode acts with the next one. */
  readonly work: (epoch: number) => Promise<LaneWork>;
  readonly onState: (state: DriverState) => void;
  readonly onTurnEnd: (result: Extract<TurnResult, { kind: 'ended' }>, turnId?: TurnId) => void;
  /** Whether waiting rows start a turn now; without it every row that wakes does. */
  readonly mayStart?: (() => Promise<boolean>) | undefined;
  /** What was waiting when the lane was opened starts a turn by itself (S22). */
  readonly startsOnLate: boolean;
  /** More notifications are to come soon: gathers them for `limits.notificationWindowMs`. */
  readonly expectsMore: () => Promise<boolean>;
};

/**
 * Drives one main lane: claims it, starts a turn whenever something that wakes is in its inbox, one at a time. Woken by commits, and looks
 * again every `limits.recheckMs`, so that no wake-up can be lost. While another process drives the lane it only waits for its turn. Ends by
 * itself when the chat has been deleted.
 */
export function driveLane(
  engine: Engine,
  at: Pick<LaneWork, 'chatId' | 'lane'>,
  options: LaneDriverOptions,
): LaneDriver {
  const { store, clock } = engine;
  const closing = new AbortController();
  let state: DriverState = 'viewing';
  let turn: AbortController | undefined;
  let epoch: number | undefined;
  let wake: () => void = () => undefined;
  let isDirty = true;
  /** In a row, without a turn between. */
  let failures = 0;
  /** What waited when the lane was opened. Not told by times: the clock may be set back meanwhile. */
  let late: ReadonlySet<InboxId> | undefined;

  const off = store.onChange(change => {
    if (!concerns(change)) return;
    isDirty = true;
    wake();
  });
  const done = loop().finally(off);

  function setState(next: DriverState): void {
    if (state === next) return;
    state = next;
    options.onState(next);
  }

  async function loop(): Promise<void> {
    let mayBeOpen = true;
    let claimedBy = options.worker();
    while (!closing.signal.aborted) {
      isDirty = false;
      try {
        if (!(await store.chat(at.chatId))) {
          epoch = undefined;
          break;
        }
        late ??= new Set((await store.pending(at.chatId, at.lane)).map(row => row.id));
        if (claimedBy !== options.worker()) {
          // It was taken for dead and has registered anew: others may have driven the lane meanwhile, and left a turn open.
          epoch = undefined;
          mayBeOpen = true;
          claimedBy = options.worker();
        }
        epoch ??= await store.write(tx => tx.claimLane(at.chatId, at.lane, options.worker()));
        if (epoch === undefined) setState('viewing');
        else if (await turnIsDue(mayBeOpen)) {
          mayBeOpen = false;
          await oneTurn(epoch);
          failures = 0;
          continue;
        } else {
          mayBeOpen = false;
          failures = 0;
          setState('idle');
        }
      } catch (error) {
        if (!isFault(error)) throw error;
        epoch = undefined;
        mayBeOpen = true;
        setState('viewing');
        if (!isFault(error, 'fenced')) {
          engine.log.error('driving the lane failed; trying again', { error: messageOf(error) });
          failures += 1;
          await backOff();
        }
      }
      if (!isDirty) await pause();
    }
    if (epoch !== undefined) await release(epoch);
    setState('closed');
  }

  /** A turn that was left open, or rows that wake. What waited before the lane was opened is delivered without a turn unless asked for. */
  async function turnIsDue(mayBeOpen: boolean): Promise<boolean> {
    const rows = await store.pending(at.chatId, at.lane);
    if (mayBeOpen && (await hasOpenTurn())) return true;
    const isLateOnly = rows.every(row => late?.has(row.id) && row.kind !== 'input');
    if (rows.length > 0 && isLateOnly && !options.startsOnLate && epoch !== undefined) {
      await deliverLate(epoch);
      return false;
    }
    if (!rows.some(row => row.wakes)) return false;
    return (await options.mayStart?.()) ?? true;
  }

  async function hasOpenTurn(): Promise<boolean> {
    const entries = await store.entries(at.chatId, { lane: at.lane });
    return entries.reduce(reduceLane, emptyLane).turnId !== undefined;
  }

  async function deliverLate(of: number): Promise<void> {
    const work = await options.work(of);
    await store.write(async tx => {
      await checkFence(tx, work.fence);
      const taken = await takeInbox(tx, at, 'turn', late);
      await taken.settle(tx, await tx.append(at.chatId, at.lane, clock.now(), taken.bodies));
    });
  }

  async function oneTurn(of: number): Promise<void> {
    const releaseWatch = store.watchClosely();
    turn = new AbortController();
    if (closing.signal.aborted) turn.abort(closing.signal.reason);
    setState('working');
    try {
      const work = await options.work(of);
      const first = (await store.pending(at.chatId, at.lane))[0];
      const cause = first === undefined ? 'resume' : first.kind === 'notification' ? 'notification' : 'input';
      const gather = async () => gatherNotifications(first?.kind === 'notification' ? first.createdAt : undefined);
      const result = await runTurn(engine, work, { cause, signal: turn.signal, late, gather });
      if (result.kind === 'ended') options.onTurnEnd(result);
    } finally {
      turn = undefined;
      releaseWatch();
    }
  }

  /** Waits for notifications that come together, while others are still owed (S20). */
  async function gatherNotifications(since: number | undefined): Promise<void> {
    if (since === undefined) return;
    const left = since + engine.limits.notificationWindowMs - clock.now();
    if (left > 0 && (await options.expectsMore()))
      await clock
        .sleep(Math.min(left, engine.limits.notificationWindowMs), { signal: closing.signal })
        .catch(ignoreAbort);
  }

  function ignoreAbort(error: unknown): void {
    if (!closing.signal.aborted) throw error;
  }

  async function backOff(): Promise<void> {
    const ms = Math.min(engine.limits.storeBackoffMaxMs, engine.limits.recheckMs * 2 ** (failures - 1));
    await clock.sleep(ms, { signal: closing.signal }).catch(ignoreAbort);
  }

  async function pause(): Promise<void> {
    await new Promise<void>(resolve => {
      const cancel = clock.after(engine.limits.recheckMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
      if (closing.signal.aborted) wake();
    });
  }

  async function release(of: number): Promise<void> {
    try {
      await store.write(tx => tx.releaseLane(at.chatId, at.lane, of));
    } catch (error) {
      if (!isFault(error, 'fenced')) throw error;
    }
  }

  function concerns(change: Change): boolean {
    return change.kind === 'elsewhere' || change.touchedInbox || change.touchedTasks;
  }

  return {
    state: () => state,
    interrupt() {
      turn?.abort({ kind: 'interrupt' } satisfies EndReason);
    },
    async close() {
      closing.abort({ kind: 'close' } satisfies EndReason);
      turn?.abort({ kind: 'close' } satisfies EndReason);
      wake();
      await done;
    },
  };
}
