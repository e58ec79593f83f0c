import type { Budget } from '../core/agent.ts';
import type { EntryType } from '../core/entry.ts';
import type { LaneId, TaskId } from '../core/ids.ts';
import { totalTokens } from '../core/usage.ts';
import type { Task } from '../store/rows.ts';
import type { Reader, Subtree } from '../store/store.ts';

type Spent = { readonly tokens: number; readonly usd: number; readonly seconds: number };

/** The tighter of two budgets, figure by figure. */
export function tighter(a: Budget | undefined, b: Budget | undefined): Budget | undefined {
  if (!a || !b) return a ?? b;
  const least = (x: number | undefined, y: number | undefined) =>
    x === undefined ? y : y === undefined ? x : Math.min(x, y);
  return budgetOf(least(a.tokens, b.tokens), least(a.usd, b.usd), least(a.seconds, b.seconds));
}

/** What is left of a budget; a figure that is used up is 0. */
export function remainingOf(budget: Budget | undefined, spent: Spent): Budget | undefined {
  if (!budget) return undefined;
  const left = (limit: number | undefined, used: number) =>
    limit === undefined ? undefined : Math.max(0, limit - used);
  return budgetOf(left(budget.tokens, spent.tokens), left(budget.usd, spent.usd), left(budget.seconds, spent.seconds));
}

/** The first ceiling that was reached, in words, or undefined. */
export function ceilingReached(budget: Budget | undefined, spent: Spent): string | undefined {
  if (!budget) return undefined;
  if (budget.tokens !== undefined && spent.tokens >= budget.tokens)
    return `budget of ${budget.tokens} tokens used up (${spent.tokens} used)`;
  if (budget.usd !== undefined && spent.usd >= budget.usd)
    return `budget of $${budget.usd} used up ($${spent.usd.toFixed(4)} used)`;
  if (budget.seconds !== undefined && spent.seconds >= budget.seconds)
    return `budget of ${budget.seconds} seconds used up`;
  return undefined;
}

export function spentBy(subtree: Pick<Subtree, 'usage'>, seconds: number): Spent {
  return { tokens: totalTokens(subtree.usage) ?? 0, usd: subtree.usage.costUsd ?? 0, seconds };
}

/** The ceiling that a task, or a task above it, has reached with everything under it: a child draws from its parent's budget. */
export async function ceilingInLine(reader: Reader, id: TaskId, now: number): Promise<string | undefined> {
  for (let current = await reader.task(id); current; current = await parentOf(reader, current)) {
    const reached = ceilingReached(current.spec.budget, await spentOn(reader, current, now));
    if (reached !== undefined)
      return current.id === id ? reached : `${reached} by "${current.description}", for which this works`;
  }
  return undefined;
}

/** What is left of the budget of a task, as it is now. */
export async function budgetLeft(reader: Reader, id: TaskId, now: number): Promise<Budget | undefined> {
  const task = await reader.task(id);
  return task && remainingOf(task.spec.budget, await spentOn(reader, task, now));
}

/** Sums nothing up, and reads no log, that no ceiling asks for. */
async function spentOn(reader: Reader, task: Task, now: number): Promise<Spent> {
  const { budget } = task.spec;
  if (!budget) return { tokens: 0, usd: 0, seconds: 0 };
  const seconds = budget.seconds === undefined ? 0 : await secondsAtWork(reader, task, now);
  return spentBy(await reader.subtree(task.id), seconds);
}

/** How long the attempts of a task have run, without the time between them in which it was parked or waited for its turn. */
export async function secondsAtWork(reader: Reader, task: Task, now: number): Promise<number> {
  let ms = 0;
  let since: number | undefined;
  let last = 0;
  for (const { type, at } of await reader.entries(task.chatId, { lane: task.id })) {
    if (since !== undefined && stateTypes.includes(type)) {
      // A start while one runs: the process of that one went away, when nobody knows; it had worked until its last entry at least.
      ms += (type === 'task:started' ? last : at) - since;
      since = undefined;
    }
    if (type === 'task:started') since = at;
    last = at;
  }
  return (ms + (since === undefined ? 0 : Math.max(0, now - since))) / 1000;
}

const stateTypes: readonly EntryType[] = ['task:started', 'task:parked', 'task:requeued', 'task:ended'];

async function parentOf(reader: Reader, task: Task): Promise<Task | undefined> {
  const lane: LaneId | undefined = task.parentLane;
  return lane === undefined || lane === 'main' ? undefined : reader.task(lane);
}

function budgetOf(tokens: number | undefined, usd: number | undefined, seconds: number | undefined): Budget {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}
