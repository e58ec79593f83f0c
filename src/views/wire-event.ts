import type { Entry } from '../core/entry.ts';
import { unreachable } from '../core/error.ts';
import type { TaskId } from '../core/ids.ts';

/** An event as programs outside read it; `data` has `task_id` exactly when it belongs to a task. */
export type WireEvent = {
  readonly type: 'message' | 'status' | 'error' | 'tool_use' | 'tool_result' | 'thought';
  readonly data: Readonly<Record<string, unknown>>;
};

/** The task that an entry tells of; undefined for ordinary conversation. */
export function taskOf(entry: Entry): TaskId | undefined {
  if (entry.lane !== 'main') return entry.lane;
  return 'taskId' in entry ? entry.taskId : undefined;
}

/** The events of one entry, at least one, in causal order; they share the sequence number of the entry. */
export function wireEvents(entry: Entry): readonly [WireEvent, ...WireEvent[]] {
  const taskId = taskOf(entry);
  const [first, ...rest] = eventsOf(entry);
  const own = ({ type, data }: WireEvent): WireEvent => ({
    type,
    data: taskId === undefined ? data : { ...data, task_id: taskId },
  });
  return [own(first), ...rest.map(own)];
}

/** The envelope that carries an event, on a socket and on standard output alike. */
export function envelope(entry: Entry, event: WireEvent, of: { sessionId: string; userId: string }) {
  return {
    ...event,
    session_id: of.sessionId,
    user_id: of.userId,
    chat_id: entry.chatId,
    seq: entry.seq,
    at: new Date(entry.at).toISOString(),
  };
}

function eventsOf(entry: Entry): readonly [WireEvent, ...WireEvent[]] {
  switch (entry.type) {
    case 'chat:created':
    case 'chat:renamed':
      return [status(entry.type === 'chat:created' ? 'chat_created' : 'chat_renamed', { title: entry.title })];
    case 'user:said':
      return [message('user', entry.text)];
    case 'task:instructed':
      return [message('instruction', entry.prompt), status('executing')];
    case 'lane:messaged':
      return [message('agent', entry.text, { from: entry.from })];
    case 'notification:delivered':
      return [
        message('notification', entry.text, { is_late: entry.isLate, tasks: entry.tasks.map(task => task.taskId) }),
      ];
    case 'program:remarked':
      return [message('program', entry.text)];
    case 'turn:started':
      return [status('turn_started', { model: entry.model, cause: entry.cause })];
    case 'turn:ended':
      return [status('turn_ended', { end: entry.end, ...defined('message', entry.message) })];
    case 'model:answered':
      return answered(entry);
    case 'model:broke-off':
      return [status('model_broke_off', { text: entry.text, reason: entry.reason, message: entry.message })];
    case 'tool:started':
      return [{ type: 'tool_use', data: { id: entry.callId, name: entry.tool, input: entry.input } }];
    case 'tool:ended':
      return [{ type: 'tool_result', data: toolResult(entry) }];
    case 'context:compacted':
      return [status('compacted', { summary: entry.summary })];
    case 'policy:changed':
      return [status('policy_changed', { change: entry.change })];
    case 'approval:asked':
      return [
        status('waiting_for_approval', {
          approval_id: entry.approvalId,
          tool: entry.tool,
          input: entry.input,
          reason: entry.reason,
        }),
      ];
    case 'approval:answered':
      return [status('approval_answered', { approval_id: entry.approvalId, verdict: entry.verdict })];
    case 'note:written':
      return [status('note', { level: entry.level, text: entry.text })];
    default:
      return taskEvents(entry);
  }
}

type TaskEntry = Extract<Entry, { taskId: TaskId }>;

function taskEvents(entry: TaskEntry): readonly [WireEvent, ...WireEvent[]] {
  switch (entry.type) {
    case 'task:queued': {
      const { agentType, description, model, isBackground, dependsOn, parentCallId } = entry;
      const facts = {
        subagent_type: agentType,
        description,
        model,
        is_background: isBackground,
        depends_on: dependsOn,
      };
      return [status('queued', { ...facts, ...defined('tool_use_id', parentCallId) })];
    }
    case 'task:waited':
      return [status('waiting', { reason: entry.reason })];
    case 'task:started':
      return entry.attempt === 1
        ? [status('starting', { attempt: 1 })]
        : [status('starting', { attempt: entry.attempt }), status('executing')];
    case 'task:parked':
      return [status('parked', { reason: entry.reason, message: entry.message })];
    case 'task:requeued':
      return [status('requeued', { reason: entry.reason })];
    case 'task:backgrounded':
      return [status('backgrounded')];
    case 'task:ended':
      return [ended(entry)];
    default:
      return unreachable(entry);
  }
}

function ended({ outcome, usage, toolUses, durationMs }: Extract<Entry, { type: 'task:ended' }>): WireEvent {
  const figures = { usage, tool_uses: toolUses, ...defined('duration_ms', durationMs) };
  switch (outcome.kind) {
    case 'completed':
      return status('completed', { report: outcome.report, ...figures });
    case 'stopped':
      return status('stopped', { message: outcome.message, ...defined('partial', outcome.partial), ...figures });
    case 'failed':
      return {
        type: 'error',
        data: {
          status: 'failed',
          reason: outcome.reason,
          text: outcome.message,
          ...defined('partial', outcome.partial),
          ...figures,
        },
      };
    default:
      return unreachable(outcome);
  }
}

function answered({
  thinking,
  text,
  stop,
  calls,
}: Extract<Entry, { type: 'model:answered' }>): readonly [WireEvent, ...WireEvent[]] {
  const said = message('assistant', text, { stop });
  const thought: WireEvent[] = thinking ? [{ type: 'thought', data: { text: thinking } }] : [];
  const [first, ...rest] =
    text.trim() === '' && (calls.length > 0 || thought.length > 0) ? thought : [...thought, said];
  return first ? [first, ...rest] : [status('calling', { tools: calls.map(call => call.tool) })];
}

function toolResult({ callId, tool, text, isError, isDenied, display }: Extract<Entry, { type: 'tool:ended' }>) {
  const denied = isDenied ? { is_denied: true } : {};
  return { id: callId, name: tool, text, is_error: isError, ...denied, ...defined('display', display) };
}

function status(name: string, facts: Record<string, unknown> = {}): WireEvent {
  return { type: 'status', data: { status: name, ...facts } };
}

function message(role: string, text: string, facts: Record<string, unknown> = {}): WireEvent {
  return { type: 'message', data: { role, text, ...facts } };
}

function defined(key: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: value };
}
