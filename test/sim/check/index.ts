import type { History } from '../history.ts';
import { factsOf, type Rule } from './facts.ts';
import { lanesHaveOneDriver, olderAttemptsAreFenced, runnersShowTheirRight } from './fences.ts';
import {
  acknowledgedIsKept,
  inboxIsKept,
  inputIsKept,
  inputsKeepOrder,
  logIsOfCommits,
  nothingWentWrong,
  numbersAreGapless,
} from './log.ts';
import { endIsToldOnce, nothingWaitsUnseen, rowIsDeliveredOnce, turnsComeToRest } from './notifications.ts';
import { dueTimesFireOnce, dueTimesFollow } from './schedules.ts';
import {
  attemptEndsOnce,
  attemptsRise,
  dependenciesComeFirst,
  rowAgreesWithLog,
  stepsAreBounded,
  tasksComeToRest,
} from './tasks.ts';
import { budgetsAreKept, parentsWait, stoppedTreesAreStill } from './tree.ts';
import { approvalsAreClosed, callsArePaired, effectsHappenOnce, turnsAnswer } from './turns.ts';

export const rules = {
  nothingWentWrong,
  acknowledgedIsKept,
  inputIsKept,
  inboxIsKept,
  inputsKeepOrder,
  numbersAreGapless,
  logIsOfCommits,
  attemptEndsOnce,
  attemptsRise,
  rowAgreesWithLog,
  tasksComeToRest,
  dependenciesComeFirst,
  stepsAreBounded,
  endIsToldOnce,
  rowIsDeliveredOnce,
  nothingWaitsUnseen,
  turnsComeToRest,
  callsArePaired,
  turnsAnswer,
  effectsHappenOnce,
  approvalsAreClosed,
  olderAttemptsAreFenced,
  lanesHaveOneDriver,
  runnersShowTheirRight,
  parentsWait,
  stoppedTreesAreStill,
  budgetsAreKept,
  dueTimesFireOnce,
  dueTimesFollow,
} satisfies Record<string, Rule>;
export type RuleName = keyof typeof rules;
export type Violation = { readonly rule: RuleName; readonly what: string };

/** Everything that is wrong with a run; empty when nothing is. Pure. */
export function check(history: History): Violation[] {
  const facts = factsOf(history);
  const names = Object.keys(rules) as RuleName[]; // The record's own keys; Object.keys forgets them.
  return names.flatMap(rule => rules[rule](facts).map(what => ({ rule, what })));
}
