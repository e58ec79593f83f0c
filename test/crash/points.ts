/** Where a process is killed. Numbers count from 1. */
export type KillPoint =
  /** Right after its nth committed entry, before anybody in it hears of that. */
  | { readonly at: 'entry'; readonly n: number }
  /** The same for its nth entry of that type: `task:ended`, or `main/turn:started`, `task/turn:ended` in lanes of that kind. */
  | { readonly at: 'type'; readonly type: string; readonly n: number }
  /** On its nth call of that method of a transaction, which is then never committed. */
  | { readonly at: 'inside'; readonly method: string; readonly n: number }
  /** On entering its nth call of the kernel with that name, which then does not happen. */
  | { readonly at: SystemCall; readonly n: number }
  /** When its nth request has come to the model server, or the nth answer has gone out. */
  | { readonly at: 'request' | 'reply'; readonly n: number };

/** Calls of the kernel by which the scenario writes: the database (pwrite64, fsync, ftruncate, unlink) and the transcripts (write). */
export const systemCalls = ['pwrite64', 'fsync', 'write', 'ftruncate', 'unlink'] as const;
export type SystemCall = (typeof systemCalls)[number];

/** About how many of them one thread makes in the scenario. */
export const callsInScenario: Readonly<Record<SystemCall, number>> = {
  pwrite64: 700,
  fsync: 50,
  write: 110,
  ftruncate: 2,
  unlink: 3,
};

type UpTo = (n: number) => number;

/** The places that the end of a task passes on its way to its owner, and others where a crash could hurt. */
export const triggers = {
  'child done': upTo => ({ at: 'type', type: 'task/turn:ended', n: upTo(2) }),
  'terminal commit': upTo => ({ at: 'type', type: 'task:ended', n: upTo(2) }),
  // What a person says is put there too: the first and the last of four.
  'inbox row': upTo => ({ at: 'inside', method: 'putInbox', n: 1 + upTo(2) }),
  inject: upTo => ({ at: 'inside', method: 'markDelivered', n: 1 + upTo(2) }),
  injected: upTo => ({ at: 'type', type: 'notification:delivered', n: upTo(2) }),
  wake: upTo => ({ at: 'type', type: 'main/turn:started', n: 1 + upTo(2) }),
  request: upTo => ({ at: 'request', n: upTo(12) }),
  reply: upTo => ({ at: 'reply', n: upTo(12) }),
  entry: upTo => ({ at: 'entry', n: upTo(50) }),
  claim: upTo => ({ at: 'inside', method: 'claimTask', n: upTo(6) }),
  write: upTo => {
    const name = systemCalls[upTo(3) - 1] ?? 'write';
    return { at: name, n: upTo(callsInScenario[name]) };
  },
} satisfies Record<string, (upTo: UpTo) => KillPoint>;
export type Trigger = keyof typeof triggers;
