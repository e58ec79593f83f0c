import { type Facts, isAncestor, isOf, named, ofType, type Rule, stateBefore, type TaskRow } from './facts.ts';
import { isBackgroundAt } from './notifications.ts';

/** S21: a task does not complete while a child in the background is at work for it, or something waits in its inbox. */
export const parentsWait: Rule = facts =>
  facts.end.tasks.flatMap(task =>
    ofType(facts.laneOf(task.chatId, task.id), 'task:ended')
      .filter(end => end.outcome.kind === 'completed')
      .flatMap(end => [
        ...facts
          .childrenOf(task.chatId, task.id)
          .filter(child => isOwed(facts, child, end.seq))
          .map(child => `${named(task)} completed at ${end.seq} while ${named(child)} was at work for it`),
        ...unreadBefore(facts, task, end.seq),
      ]),
  );

function isOwed(facts: Facts, child: TaskRow, seq: number): boolean {
  if (child.isSilent || child.notify !== 'wake') return false;
  const state = stateBefore(facts, child, seq);
  return ['open', 'running', 'gone'].includes(state) && isBackgroundAt(facts, child, seq);
}

function unreadBefore(facts: Facts, task: TaskRow, seq: number): string[] {
  const end = facts.commitOf({ chatId: task.chatId, seq })?.number ?? 0;
  const rows = facts.commits.filter(commit => commit.number < end).flatMap(commit => commit.put);
  return rows
    .filter(row => row.lane === task.id)
    .filter(row => (facts.rowOf(row.id)?.deliveredSeq ?? Number.POSITIVE_INFINITY) > seq)
    .map(row => `${named(task)} completed at ${seq} and had not read ${row.kind} ${row.id.slice(-8)}`);
}

/** S15: with a task that did not complete, all that worked under it has ended in the same commit. */
export const stoppedTreesAreStill: Rule = facts =>
  facts.end.tasks.flatMap(task =>
    ofType(facts.laneOf(task.chatId, task.id), 'task:ended')
      .filter(end => end.outcome.kind !== 'completed')
      .flatMap(end => {
        const last = facts.commitOf(end)?.entries.findLast(entry => entry.chatId === task.chatId)?.seq ?? end.seq;
        return facts.end.tasks
          .filter(other => isAncestor(facts, task, other))
          .filter(other => !['ended', 'unborn'].includes(stateBefore(facts, other, last + 1)))
          .map(other => `${named(other)} was left at work when ${named(task)}, above it, ended at ${end.seq}`);
      }),
  );

/** At its ceiling a task, with all that works under it, stops: what was asked of a model by then may still be answered, once in each lane. */
export const budgetsAreKept: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const ceiling = task.spec.budget?.tokens;
    if (ceiling === undefined) return [];
    let used = 0;
    const over = new Map<string, number>();
    for (const entry of facts.entriesOf(task.chatId)) {
      if (!isOf(entry, 'model:answered', 'context:compacted') || entry.lane === 'main') continue;
      const lane = facts.taskOf(entry.lane);
      if (!lane || (lane.id !== task.id && !isAncestor(facts, task, lane))) continue;
      const key = `${entry.lane} ${entry.type}`;
      if (used >= ceiling) over.set(key, (over.get(key) ?? 0) + 1);
      used += (entry.usage.inputTokens ?? 0) + (entry.usage.outputTokens ?? 0);
    }
    return [...over]
      .filter(([, count]) => count > 1)
      .map(([key, count]) => `${named(task)} was at its ceiling of ${ceiling} tokens, and ${count} times more: ${key}`);
  });
