import { shortId } from '../core/ids.ts';
import { amount, oneLine } from '../core/text.ts';
import { callLine } from '../views/call-line.ts';
import type { Recovery, WaitsForPerson } from './recovery.ts';

/** Things of a kind that are named; of more, only how many there are. */
const named = 3;
/** Characters of a call in the line. */
const callChars = 60;

/** What was found at the start, as one line for people. Pure. */
export function recoveryLine(recovery: Recovery): string {
  const { hasCrashed, resumed, givenUp, late, unread, goesOn, unknown } = recovery;
  const clauses = [
    ...(goesOn ? ['the turn goes on where it stood'] : []),
    ...(resumed.length === 0 ? [] : [`${tasks(resumed.length)} resumed`]),
    ...elsewhereClause(recovery.elsewhere),
    ...waitClause(recovery.waits),
    ...(givenUp.length === 0 ? [] : [`${tasks(givenUp.length)} given up: no attempts are left`]),
    ...(unknown.length === 0 ? [] : [unknownClause(unknown)]),
    ...(unread.length === 0 ? [] : [`${amount(unread.length, 'input', 'inputs')} not read yet`]),
    ...(late.length === 0 ? [] : [`${amount(late.length, 'report', 'reports')} came while the chat was closed`]),
  ];
  const text = clauses.join('; ');
  return hasCrashed ? `After a crash: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function tasks(count: number): string {
  return amount(count, 'task', 'tasks');
}

function elsewhereClause(elsewhere: Recovery['elsewhere']): string[] {
  const pids = [...new Set(elsewhere.map(({ pid }) => pid))];
  if (pids.length === 0) return [];
  return [
    `${tasks(elsewhere.length)} at work in ${pids.length === 1 ? 'process' : 'processes'} ${listed(pids.map(String))}`,
  ];
}

function waitClause(waits: readonly WaitsForPerson[]): string[] {
  if (waits.length === 0) return [];
  const reasons = [...new Set(waits.map(reasonOf))];
  return [`${waits.length} ${waits.length === 1 ? 'waits' : 'wait'} for you: ${listed(reasons)}`];
}

function reasonOf(wait: WaitsForPerson): string {
  switch (wait.kind) {
    case 'budget':
      return `out of budget (legwork tasks retry ${shortId(wait.taskId)} with more)`;
    case 'asked':
      return `put aside (legwork tasks retry ${shortId(wait.taskId)})`;
    case 'approval':
      return `${shown(wait.call)} needs an answer`;
  }
}

function unknownClause(unknown: Recovery['unknown']): string {
  const calls = listed(unknown.map(({ call }) => shown(call)));
  return unknown.length === 1
    ? `${calls} was in flight, its outcome is unknown: the agent is told and decides`
    : `${unknown.length} calls were in flight, their outcome is unknown: ${calls}; the agents are told and decide`;
}

function shown(call: Parameters<typeof callLine>[0]): string {
  return oneLine(callLine(call), callChars);
}

function listed(items: readonly string[]): string {
  const rest = items.length - named;
  return rest > 0 ? `${items.slice(0, named).join(', ')} and ${rest} more` : items.join(', ');
}
