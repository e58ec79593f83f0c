import type { Entry, EntryBody } from '../../src/core/entry.ts';
import type { ChatId, LaneId, TaskId } from '../../src/core/ids.ts';
import type { Usage } from '../../src/core/usage.ts';
import { entryBody } from './entry-body.ts';

/** Writes the entries of a chat as the program would, each with the next number and a second later than the one before. */
export function createTaskLog() {
  const entries: Entry[] = [];
  const taskId = (name: string) => `task_${name}` as TaskId; // ids made here; nothing looks at their form
  const add = (lane: LaneId, body: object): Entry => {
    const seq = entries.length + 1;
    // Parsing drops what the type does not know.
    const parsed: EntryBody = entryBody(body);
    const entry: Entry = { chatId: 'chat_1' as ChatId, seq, lane, at: seq * 1_000, ...parsed };
    entries.push(entry);
    return entry;
  };
  const of = (name: string, type: string, more: object = {}) =>
    add(taskId(name), { type, taskId: taskId(name), ...more });
  const inTurn = (lane: LaneId, type: string, more: object) => add(lane, { type, turnId: 'turn_1', ...more });
  return {
    entries,
    taskId,
    add,
    queued: (name: string, more: object = {}) =>
      of(name, 'task:queued', {
        parentLane: 'main',
        parentCallId: `call_${name}`,
        agentType: 'explore',
        description: `Do ${name}`,
        model: 'playbook/p',
        isBackground: false,
        isSilent: false,
        dependsOn: [],
        depth: 1,
        ...more,
      }),
    waited: (name: string, reason = 'dependencies') => of(name, 'task:waited', { reason }),
    started: (name: string, attempt = 1) => of(name, 'task:started', { attempt }),
    parked: (name: string, reason = 'budget', message = 'out of budget') =>
      of(name, 'task:parked', { attempt: 1, reason, message }),
    requeued: (name: string) => of(name, 'task:requeued', { attempt: 1, reason: 'retried' }),
    backgrounded: (name: string) => of(name, 'task:backgrounded'),
    ended: (name: string, outcome: object = { kind: 'completed', report: 'done' }) =>
      of(name, 'task:ended', { attempt: 1, outcome, usage: {}, toolUses: 0 }),
    answered: (name: string, usage: Usage) =>
      inTurn(taskId(name), 'model:answered', {
        model: 'playbook/p',
        text: 'x',
        calls: [],
        stop: 'end',
        usage,
        durationMs: 1,
      }),
    calls: (name: string, callId: string, tool = 'Bash', input: unknown = { command: 'npm test' }) =>
      inTurn(taskId(name), 'tool:started', { callId, tool, input, isReadOnly: false }),
    returns: (name: string, callId: string, tool = 'Bash') =>
      inTurn(taskId(name), 'tool:ended', { callId, tool, text: 'ok', isError: false, durationMs: 1 }),
    asks: (name: string, callId: string) =>
      add(taskId(name), {
        type: 'approval:asked',
        approvalId: `approval_${name}_${callId}`,
        callId,
        tool: 'Bash',
        input: { command: 'rm -rf build' },
        reason: 'It may change something.',
        deadline: 0,
      }),
    allows: (name: string, callId: string) =>
      add(taskId(name), { type: 'approval:answered', approvalId: `approval_${name}_${callId}`, verdict: 'allowed' }),
  };
}

export type TaskLog = ReturnType<typeof createTaskLog>;
