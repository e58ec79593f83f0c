import type { Command } from 'commander';
import type { Budget } from '../core/agent.ts';
import { positiveNumber, positiveWholeNumber } from './arguments.ts';

export type BudgetGiven = { budgetTokens?: number; budgetUsd?: number; budgetSeconds?: number };

/** The ceilings of a task: each counts from its first attempt on. */
export function withBudgetOptions(command: Command): Command {
  return command
    .option('--budget-tokens <n>', 'tokens that it may use from its first attempt on', positiveWholeNumber)
    .option('--budget-usd <usd>', 'dollars, likewise', positiveNumber)
    .option('--budget-seconds <seconds>', 'seconds at work, likewise', positiveNumber);
}

export function budgetOf({ budgetTokens: tokens, budgetUsd: usd, budgetSeconds: seconds }: BudgetGiven): Budget {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}
