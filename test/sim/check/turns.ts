import type { Entry } from '../../../src/core/entry.ts';
import { emptyLane, reduceLane } from '../../../src/engine/lane-state.ts';
import { type Facts, isOf, type Rule } from './facts.ts';

function lanesOf(facts: Facts): (readonly Entry[])[] {
  return [...Map.groupBy(facts.end.entries, entry => `${entry.chatId}/${entry.lane}`).values()];
}

/** A call has one result at most, a result has a call, and the model is not asked again before every call of its last answer has one. */
export const callsArePaired: Rule = facts =>
  lanesOf(facts).flatMap(lane => {
    const problems: string[] = [];
    const ended = new Set<string>();
    let open = new Set<string>();
    for (const entry of lane) {
      if (isOf(entry, 'turn:ended')) open = new Set();
      if (isOf(entry, 'model:answered')) {
        if (open.size > 0) problems.push(`entry ${entry.seq} answers before the results of ${[...open].join()}`);
        for (const { callId } of entry.calls)
          if (ended.has(callId) || open.has(callId)) problems.push(`call ${callId} was made twice in a lane`);
        open = new Set(entry.calls.map(call => call.callId));
      }
      if (!isOf(entry, 'tool:ended')) continue;
      if (!open.delete(entry.callId))
        problems.push(
          `entry ${entry.seq} is ${ended.has(entry.callId) ? 'a second result' : 'a result'} of ${entry.callId}, which is not open`,
        );
      ended.add(entry.callId);
    }
    return problems;
  });

/** A turn that ends well has answered all that it was told. */
export const turnsAnswer: Rule = facts =>
  lanesOf(facts).flatMap(lane => {
    let state = emptyLane;
    return lane.flatMap(entry => {
      const isDeaf =
        isOf(entry, 'turn:ended') && entry.end === 'done' && (state.owesAnswer || state.openCalls.length > 0);
      const isDouble = isOf(entry, 'turn:started') && state.turnId !== undefined;
      state = reduceLane(state, entry);
      if (isDeaf) return [`the turn that ends at ${entry.seq} owes an answer`];
      return isDouble ? [`a turn begins at ${entry.seq} while another is open`] : [];
    });
  });

/** What changes something is run at most once for a call. */
export const effectsHappenOnce: Rule = facts => {
  const runs = facts.runs.filter(run => !run.isReadOnly);
  const byCall = Map.groupBy(runs, run => `${run.chatId}/${run.lane}/${run.callId}`);
  return [...byCall.values()]
    .filter(group => group.length > 1)
    .map(
      group =>
        `${group[0]?.tool} of call ${group[0]?.callId} ran ${group.length} times, in ${group.map(run => run.process).join()}`,
    );
};

/** An approval is open only as long as what asked for it may go on, and until its deadline where somebody runs its lane. */
export const approvalsAreClosed: Rule = facts =>
  facts.end.openApprovals.flatMap(approval => {
    const isAside = approval.lane !== 'main' && facts.taskOf(approval.lane)?.status === 'parked';
    const isRun = facts.end.driven.includes(approval.chatId) && !isAside;
    if (isRun && approval.deadline < facts.end.wallMs - 2_000)
      return [`approval ${approval.id} is open past its deadline`];
    const task = approval.lane === 'main' ? undefined : facts.taskOf(approval.lane);
    const hasEnded = task !== undefined && ['completed', 'failed', 'stopped'].includes(task.status);
    return hasEnded ? [`approval ${approval.id} of ${approval.lane} is open, and its task has ended`] : [];
  });
