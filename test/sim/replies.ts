import type { ToolCall } from '../../src/core/entry.ts';
import type { ChatId, TaskId } from '../../src/core/ids.ts';
import type { ModelFailureKind, ModelRequest, StopReason } from '../../src/models/model.ts';
import type { Scope } from './scope.ts';

export type SimReply =
  | { readonly fails: ModelFailureKind }
  | { readonly text: string; readonly calls: readonly ToolCall[]; readonly stop: StopReason };

/** What the model says: whatever it likes while there is something left to do, and nothing more than a word after that. */
export function chooseReply(scope: Scope, request: ModelRequest): SimReply {
  const { prng, left } = scope;
  if (left.replies <= 0 || request.tools.length === 0) return says('That is all.');
  left.replies -= 1;
  if (scope.profile.isLoopy && prng.chance(0.8)) return loops(scope);
  if (prng.chance(0.04)) return { fails: prng.pick(['overloaded', 'network', 'auth', 'overflow', 'overflow']) };
  if (prng.chance(0.02)) return { ...says('I w'), stop: prng.pick(['length', 'refused']) };
  const count = prng.weighted({ none: 3, one: 4, two: 2, four: 1 });
  if (count === 'none')
    return says(prng.chance(0.1) ? '' : `word ${prng.int(0, 999)} ${'long '.repeat(prng.int(0, 60))}`);
  const calls = Array.from({ length: { one: 1, two: 2, four: 4 }[count] }, (_, index) =>
    drawCall(scope, request, index),
  );
  return { text: prng.chance(0.5) ? 'Let me see.' : '', calls, stop: 'tools' };
}

function loops({ prng }: Scope): SimReply {
  return {
    text: '',
    calls: [{ callId: `call_${prng.int(0, 2 ** 40)}`, tool: 'Look', input: { text: 'same' } }],
    stop: 'tools',
  };
}

function says(text: string): Extract<SimReply, { text: string }> {
  return { text, calls: [], stop: 'end' };
}

function drawCall(scope: Scope, request: ModelRequest, index: number): ToolCall {
  const { prng, profile } = scope;
  const callId = profile.callIds === 'numbered' ? `call_${index + 1}` : `call_${prng.int(0, 2 ** 40)}`;
  const tool = prng.weighted({
    Task: scope.left.tasks > 0 ? 10 : 0,
    Look: 3,
    Change: 3,
    Run: 2,
    Ask: profile.mode === 'bypass' ? 0 : 1,
    Broken: 0.4,
    TaskOutput: 2,
    TaskStop: 1,
    TaskSend: 2,
    TaskList: 0.4,
    Nothing: 0.2,
  });
  if (tool !== 'Task') return { callId, tool, input: drawInput(scope, request, tool) };
  scope.left.tasks -= 1;
  return { callId, tool, input: drawTask(scope, request) };
}

function drawInput(scope: Scope, request: ModelRequest, tool: string): unknown {
  const { prng } = scope;
  const task = prng.anyOf(tasksOf(scope, request)) ?? 'task_unknown';
  switch (tool) {
    case 'TaskOutput':
      return { task_id: task, ...(prng.chance(0.6) ? { block: true, timeout_ms: prng.int(1, 9_000) } : {}) };
    case 'TaskStop':
      return { task_id: task };
    case 'TaskSend':
      return { task_id: task, message: `note ${prng.int(0, 999)}` };
    case 'TaskList':
      return {};
    default: {
      const text = prng.chance(0.1) ? 'same' : `x${prng.int(0, 99_999)}`;
      return { text, path: `/work/${prng.pick(['a', 'b'])}`, ms: prng.pick([0, 0, 20, 300, 3_000, 9_000]) };
    }
  }
}

function drawTask(scope: Scope, request: ModelRequest) {
  const { prng } = scope;
  const others = tasksOf(scope, request);
  const dependency = prng.chance(0.25) ? prng.anyOf(others) : undefined;
  const earlier = prng.chance(0.05) ? prng.anyOf(others) : undefined;
  return {
    subagent_type: earlier ? 'general-purpose' : prng.pick(['general-purpose', 'general-purpose', 'explore', 'hasty']),
    prompt: `work ${prng.int(0, 9_999)}`,
    description: `do ${prng.int(0, 9_999)}`,
    run_in_background: prng.chance(0.65),
    ...(dependency ? { depends_on: [dependency] } : {}),
    ...(earlier ? { conversation_id: earlier } : {}),
    ...(prng.chance(0.1) ? { max_turns: prng.int(1, 3) } : {}),
    ...(prng.chance(0.15) ? { budget: { tokens: prng.int(100, 600) } } : {}),
    ...(prng.chance(0.1) ? { context: 'fork' } : {}),
  };
}

/** Tasks of the chat that asks. */
function tasksOf({ mirror }: Scope, { conversation }: ModelRequest): TaskId[] {
  const [chatId] = conversation.split('/', 1);
  return [...mirror.tasks.values()].filter(task => task.chatId === (chatId as ChatId)).map(task => task.id);
}
