import type { Entry, EntryType } from '../../../src/core/entry.ts';
import type { TaskId } from '../../../src/core/ids.ts';
import { isOf, type Rule } from './facts.ts';

/** Entries that only whoever runs a lane writes. */
const runnerTypes: readonly EntryType[] = [
  'turn:started',
  'turn:ended',
  'model:answered',
  'model:broke-off',
  'tool:started',
  'tool:ended',
  'context:compacted',
  'approval:asked',
  'user:said',
  'lane:messaged',
  'notification:delivered',
];

/** S14: nothing is written in the name of an attempt that is over. */
export const olderAttemptsAreFenced: Rule = facts => {
  const current = new Map<TaskId, number | undefined>();
  return facts.commits.flatMap(commit => {
    const late = commit.claims.flatMap(claim => {
      if (claim.kind === 'lane' || commit.entries.length === 0 || current.get(claim.taskId) === claim.attempt)
        return [];
      return [
        `commit ${commit.number} of ${commit.process} writes for attempt ${claim.attempt} of ${claim.taskId.slice(-8)}, which is over`,
      ];
    });
    for (const entry of commit.entries) {
      if (isOf(entry, 'task:started')) current.set(entry.taskId, entry.attempt);
      if (isOf(entry, 'task:ended', 'task:parked')) current.set(entry.taskId, undefined);
    }
    return late;
  });
};

/** R12: a main lane has one driver at a time: epochs rise, and each is of one process. */
export const lanesHaveOneDriver: Rule = facts => {
  const newest = new Map<string, { readonly epoch: number; readonly process: string }>();
  return facts.commits.flatMap(commit =>
    commit.claims.flatMap(claim => {
      if (claim.kind === 'task' || commit.entries.length === 0) return [];
      const key = `${claim.chatId}/${claim.lane}`;
      const before = newest.get(key);
      newest.set(key, { epoch: claim.epoch, process: commit.process });
      if (before && before.epoch > claim.epoch)
        return [`commit ${commit.number} of ${commit.process} drives in epoch ${claim.epoch} after ${before.epoch}`];
      if (before && before.epoch === claim.epoch && before.process !== commit.process)
        return [`epoch ${claim.epoch} is driven by ${before.process} and ${commit.process}`];
      return [];
    }),
  );
};

/** Whoever writes what only a runner writes shows that the lane is its own. */
export const runnersShowTheirRight: Rule = facts =>
  facts.commits.flatMap(commit =>
    commit.entries
      .filter(entry => runnerTypes.includes(entry.type) && !isClaimed(entry, commit.claims))
      .map(entry => `entry ${entry.seq} (${entry.type}) was written without a fence`),
  );

function isClaimed({ chatId, lane }: Entry, claims: Parameters<Rule>[0]['commits'][number]['claims']): boolean {
  return claims.some(claim =>
    claim.kind === 'task' ? claim.taskId === lane : claim.chatId === chatId && claim.lane === lane,
  );
}
