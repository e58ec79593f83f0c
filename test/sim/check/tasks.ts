import type { LaneId } from '../../../src/core/ids.ts';
import type { Facts, Rule, TaskRow } from './facts.ts';
import { isOf, named, ofType } from './facts.ts';

const endedStates: readonly TaskRow['status'][] = ['completed', 'failed', 'stopped'];

/** Between two ends of a task somebody has put it back; an attempt ends at most once by itself. */
export const attemptEndsOnce: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const problems: string[] = [];
    let hasEnded = false;
    for (const entry of facts.laneOf(task.chatId, task.id)) {
      if (isOf(entry, 'task:requeued')) hasEnded = false;
      if (isOf(entry, 'task:started') && hasEnded) problems.push(`${named(task)} was started after its end`);
      if (!isOf(entry, 'task:ended')) continue;
      if (hasEnded) problems.push(`${named(task)} ended again at entry ${entry.seq}, attempt ${entry.attempt}`);
      hasEnded = true;
    }
    return problems;
  });

export const attemptsRise: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const numbers = ofType(facts.laneOf(task.chatId, task.id), 'task:started').map(entry => entry.attempt);
    return numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))
      ? [`the attempts of ${named(task)} are ${numbers.join(', ')}`]
      : [];
  });

/** The row says what the log says. */
export const rowAgreesWithLog: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const last = facts
      .laneOf(task.chatId, task.id)
      .findLast(entry => isOf(entry, 'task:queued', 'task:requeued', 'task:started', 'task:parked', 'task:ended'));
    const expected: readonly string[] = !last
      ? []
      : last.type === 'task:ended'
        ? [last.outcome.kind]
        : ({ 'task:started': ['running'], 'task:parked': ['parked'] }[last.type as string] ?? ['queued', 'waiting']);
    return expected.includes(task.status) ? [] : [`${named(task)} is ${task.status}; its log ends in ${last?.type}`];
  });

/** When all is quiet every task has ended, is parked until somebody retries it, or waits for one that does. */
export const tasksComeToRest: Rule = facts =>
  facts.end.tasks
    .filter(task => facts.end.served.includes(task.chatId) && !isAtRest(facts, task))
    .map(
      task =>
        `${named(task)} is left ${task.status} (${task.waitReason ?? task.parkReason ?? `attempt ${task.attempt}`})`,
    );

function isAtRest(facts: Facts, task: TaskRow): boolean {
  return endedStates.includes(task.status) || waitsRightly(facts, task);
}

/** Open for a good reason, and nothing will change by itself. */
export function waitsRightly(facts: Facts, task: TaskRow, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(task.id)) return false;
  const further = new Set(seen).add(task.id);
  if (!facts.end.served.includes(task.chatId)) return !endedStates.includes(task.status);
  if (task.status === 'parked') return task.parkReason !== 'process-gone';
  if (task.status === 'waiting') {
    const others = task.dependsOn.map(id => facts.taskOf(id));
    const isDoomed = others.some(other => other && ['failed', 'stopped'].includes(other.status));
    return !isDoomed && others.some(other => other !== undefined && waitsRightly(facts, other, further));
  }
  if (task.status === 'queued') return (task.notBefore ?? 0) > facts.end.wallMs;
  if (task.status !== 'running') return false;
  if (waitsForPerson(facts, task.chatId, task.id)) return true;
  return facts
    .childrenOf(task.chatId, task.id)
    .some(child => child.status !== 'parked' && waitsRightly(facts, child, further));
}

/** It asked a question whose time is not over: the clock was set back meanwhile. */
export function waitsForPerson({ end }: Facts, chatId: TaskRow['chatId'], lane: LaneId): boolean {
  return end.openApprovals.some(row => row.chatId === chatId && row.lane === lane && row.deadline > end.wallMs);
}

/** T8: the first attempt begins after all that the task depends on has completed. */
export const dependenciesComeFirst: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const start = ofType(facts.laneOf(task.chatId, task.id), 'task:started')[0];
    const startedBy = start && facts.commitOf(start)?.number;
    if (startedBy === undefined) return [];
    return task.dependsOn.flatMap(id => {
      const other = facts.taskOf(id);
      const ends = other ? ofType(facts.laneOf(other.chatId, id), 'task:ended') : [];
      const isMet = ends.some(
        end =>
          end.outcome.kind === 'completed' && (facts.commitOf(end)?.number ?? Number.POSITIVE_INFINITY) < startedBy,
      );
      return isMet ? [] : [`${named(task)} was started before ${id.slice(-8)}, which it depends on, had completed`];
    });
  });

/** `max_turns` counts the answers since the task was last put back. */
export const stepsAreBounded: Rule = facts =>
  facts.end.tasks.flatMap(task => {
    const { maxTurns } = task.spec;
    if (maxTurns === undefined) return [];
    let steps = 0;
    for (const entry of facts.laneOf(task.chatId, task.id)) {
      if (isOf(entry, 'task:requeued')) steps = 0;
      if (isOf(entry, 'model:answered')) steps += 1;
      if (steps > maxTurns) return [`${named(task)} took ${steps} steps of ${maxTurns}`];
    }
    return [];
  });
