import type { Ground } from '../core/ground.ts';
import { totalTokens } from '../core/usage.ts';
import { ofType } from './judge.ts';
import type { Round } from './round.ts';
import type { FaultName, Said } from './said.ts';

/** What a rehearsal counted. */
export type Tally = Readonly<Record<Count, number>>;
type Count =
  | 'processes'
  | 'crashes'
  | FaultName
  | 'tasks'
  | 'completed'
  /** Notifications that reached their lane. */
  | 'delivered'
  | 'calls'
  /** Calls in flight at a crash that were run again, since they only read, and those whose outcome the model was told is unknown. */
  | 'repeatedCalls'
  | 'unknownCalls'
  | 'deniedCalls'
  /** Answers that stand in the log, and requests that a later process made again because no answer had been committed. */
  | 'steps'
  | 'repeatedSteps'
  /** Tokens of the answers in the log, and of those that came whole and were lost with their process. */
  | 'tokens'
  | 'repeatedTokens'
  /** US dollars of the answers in the log, of models with a price. */
  | 'usd';

export function tally({ lives, held }: Pick<Round, 'lives' | 'held'>, costOf: Ground['costOf']): Tally {
  const said = lives.flat();
  const entries = held.flatMap(one => one.entries);
  const tasks = held.flatMap(one => one.tasks);
  const answers = ofType(entries, 'model:answered');
  const ends = ofType(entries, 'tool:ended');
  const tokens = answers.reduce((sum, { usage }) => sum + (totalTokens(usage) ?? 0), 0);
  const paid = said.reduce((sum, one) => sum + (one.kind === 'replied' ? one.tokens : 0), 0);
  const faults = (name: FaultName) => said.filter(one => one.kind === 'fault' && one.fault === name).length;
  return {
    processes: lives.length,
    crashes: lives.filter(life => life.at(-1)?.kind !== 'done').length,
    dropped: faults('dropped'),
    throttled: faults('throttled'),
    slowAnswers: faults('slowAnswers'),
    slowTools: faults('slowTools'),
    tasks: tasks.length,
    completed: tasks.filter(task => task.status === 'completed').length,
    delivered: ofType(entries, 'notification:delivered').reduce((sum, entry) => sum + entry.tasks.length, 0),
    calls: ends.length,
    repeatedCalls: repeated(lives, begunCall),
    unknownCalls: ends.filter(entry => entry.isError && entry.text.startsWith('Interrupted, outcome unknown')).length,
    deniedCalls: ends.filter(entry => entry.isDenied).length,
    steps: answers.length,
    repeatedSteps: repeated(lives, one => (one.kind === 'asked' ? one.key : undefined)),
    tokens,
    repeatedTokens: Math.max(0, paid - tokens),
    usd: answers.reduce((sum, { model, usage }) => sum + (costOf(model, usage) ?? 0), 0),
  };
}

export function addTallies(a: Tally, b: Tally): Tally {
  // Both have every count, and nothing else.
  return Object.fromEntries(Object.entries(a).map(([name, count]) => [name, count + b[name as Count]])) as Tally;
}

function begunCall(one: Said): string | undefined {
  return one.kind === 'tool' && one.phase === 'began' ? `${one.dialogue} ${one.callId}` : undefined;
}

/** Things that a process did which an earlier one had done. */
function repeated(lives: Round['lives'], keyOf: (said: Said) => string | undefined): number {
  const before = new Set<string>();
  let count = 0;
  for (const said of lives) {
    const own = new Set(said.flatMap(one => keyOf(one) ?? []));
    for (const key of own) if (before.has(key)) count += 1;
    for (const key of own) before.add(key);
  }
  return count;
}
