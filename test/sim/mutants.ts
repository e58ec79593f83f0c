import type { Entry } from '../../src/core/entry.ts';
import type { InboxId } from '../../src/core/ids.ts';
import type { Limits } from '../../src/core/limits.ts';
import type { InboxRow, Schedule } from '../../src/store/rows.ts';
import type { Change, Store, Tx } from '../../src/store/store.ts';
import type { AnyTool } from '../../src/tools/tool.ts';
import type { RuleName } from './check/index.ts';

/** Of the process whose store it is. */
export type Life = {
  /** Lets something happen a little later; never when the process has died by then. */
  readonly later: (run: () => Promise<unknown>) => void;
  /** A moment at which it may die; whether it has. */
  readonly mayDie: () => boolean;
};

/** One of the rules of the design, broken on purpose by what a program is given, so that no switch for it stands in the program. */
export type Mutant = {
  readonly about: string;
  readonly limits?: Partial<Limits>;
  readonly store?: (inner: Store, life: Life) => Store;
  readonly tools?: (tools: readonly AnyTool[]) => readonly AnyTool[];
  /** The rule that sees it. */
  readonly seenBy: RuleName;
};

export const mutants: Readonly<Record<string, Mutant>> = {
  'announce-early': {
    about: 'commits are announced before they are made',
    store: announceEarly,
    seenBy: 'acknowledgedIsKept',
  },
  'no-poll': {
    about: 'who waits does not look again by himself when the hint of another process was lost',
    limits: { recheckMs: 1e12 },
    seenBy: 'tasksComeToRest',
  },
  'no-fence': {
    about: 'writes are not fenced by epoch and attempt',
    store: inner => withTx(inner, () => ({ fenceLane: async () => undefined, fenceTask: async () => undefined })),
    seenBy: 'olderAttemptsAreFenced',
  },
  'deliver-apart': {
    about: 'an inbox row is marked delivered in a transaction after that of its entry',
    store: deliverApart,
    seenBy: 'rowIsDeliveredOnce',
  },
  'tell-apart': {
    about: 'the notification of an end is written in a transaction after that of the end',
    store: tellApart,
    seenBy: 'inboxIsKept',
  },
  'wake-depth-1': {
    about: 'only the main lane waits for its background tasks',
    store: wakeDepthOne,
    seenBy: 'parentsWait',
  },
  'leave-children': {
    about: 'what works under a task that has failed or was stopped goes on',
    store: inner => withTx(inner, () => ({ descendants: async () => [] })),
    seenBy: 'stoppedTreesAreStill',
  },
  'repeat-calls': {
    about: 'a call that was in flight at a crash is made again whatever it does',
    tools: tools => tools.map(tool => ({ ...tool, isRepeatable: true })),
    seenBy: 'effectsHappenOnce',
  },
  'move-apart': {
    about: 'the due time of a schedule moves in a transaction after that of its task',
    store: moveApart,
    seenBy: 'dueTimesFireOnce',
  },
};

/** The store, with some members of its transactions replaced; `after` runs when the transaction is committed. */
function withTx(inner: Store, replace: (tx: Tx) => Partial<Tx>, after: () => void = () => undefined): Store {
  return {
    ...inner,
    async write(work) {
      const value = await inner.write(tx => work({ ...tx, ...replace(tx) }));
      after();
      return value;
    },
  };
}

function announceEarly(inner: Store, { mayDie }: Life): Store {
  const listeners = new Set<(change: Change) => void>();
  return {
    ...inner,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    write: work =>
      inner.write(async tx => {
        const entries: Entry[] = [];
        const append: Tx['append'] = async (...args) => {
          const appended = await tx.append(...args);
          entries.push(...appended);
          return appended;
        };
        const value = await work({ ...tx, append });
        if (entries.length > 0)
          for (const listener of listeners)
            listener({ kind: 'committed', entries, touchedInbox: true, touchedTasks: true, touchedSchedules: true });
        if (mayDie()) throw new Error('the process died before its commit');
        return value;
      }),
  };
}

function deliverApart(inner: Store, { later }: Life): Store {
  const marks: { ids: readonly InboxId[]; seq: number }[] = [];
  const mark = async (ids: readonly InboxId[], seq: number) => void marks.push({ ids, seq });
  return withTx(
    inner,
    () => ({ markDelivered: mark }),
    () => {
      for (const { ids, seq } of marks.splice(0))
        later(() => inner.write(tx => tx.markDelivered(ids, seq)).catch(() => undefined));
    },
  );
}

function tellApart(inner: Store, { later }: Life): Store {
  const rows: InboxRow[] = [];
  return withTx(
    inner,
    tx => ({
      putInbox: async row => {
        if (row.kind === 'notification') rows.push(row);
        else await tx.putInbox(row);
      },
    }),
    () => {
      for (const row of rows.splice(0)) later(() => inner.write(tx => tx.putInbox(row)));
    },
  );
}

function moveApart(inner: Store, { later }: Life): Store {
  const moves: Parameters<Tx['moveSchedule']>[] = [];
  return withTx(
    inner,
    tx => ({
      async moveSchedule(...args) {
        const [id, read, move] = args;
        const row = await tx.schedule(id);
        if (!row?.isEnabled || row.nextAt !== read.nextAt || row.plannedAt !== read.plannedAt) return undefined;
        moves.push(args);
        const { nextAt: _, ...rest } = row;
        return { ...rest, ...move, ...(move.nextAt === undefined ? {} : { nextAt: move.nextAt }) } as Schedule;
      },
    }),
    () => {
      for (const args of moves.splice(0)) later(() => inner.write(tx => tx.moveSchedule(...args)));
    },
  );
}

function wakeDepthOne(inner: Store): Store {
  const tasks =
    (reader: Pick<Store, 'tasks'>): Store['tasks'] =>
    async filter =>
      filter.parentLane === undefined || filter.parentLane === 'main' ? reader.tasks(filter) : [];
  return { ...withTx(inner, tx => ({ tasks: tasks(tx) })), tasks: tasks(inner) };
}
