import type { Limits } from '../../core/limits.ts';
import type { ChatAtWork, TaskAtWork } from '../../tasks/at-work.ts';
import type { OpenTurn } from '../../tasks/open-turn.ts';
import { iso, isoOrNull } from '../json.ts';
import type { WithLog } from './logs.ts';

/** A process as other programs read it: keys that are here stay. */
export function psJson({ worker, standing, chats, tasks, log }: WithLog, limits: Limits, now: number) {
  return {
    id: worker.id,
    kind: worker.kind,
    pid: worker.pid,
    host: worker.host,
    state: standing,
    started_at: iso(worker.startedAt),
    renewed_at: iso(worker.leaseUntil - limits.leaseMs),
    lease_until: iso(worker.leaseUntil),
    ended_at: isoOrNull(worker.endedAt),
    log: log ?? null,
    chats: chats.map(chatAtWorkJson),
    tasks: tasks.map(task => taskAtWorkJson(task, standing === 'alive' ? now : undefined)),
  };
}

function chatAtWorkJson({ chat, turn }: ChatAtWork) {
  return { id: chat.id, title: chat.title, cwd: chat.cwd, lane: 'main', turn: turnJson(turn) };
}

/** Without `now`: its process is gone, and nobody knows when it went. */
function taskAtWorkJson({ task, startedAt, turn }: TaskAtWork, now: number | undefined) {
  return {
    id: task.id,
    chat_id: task.chatId,
    description: task.description,
    subagent_type: task.agentType,
    model: task.model,
    attempt: task.attempt,
    started_at: isoOrNull(startedAt),
    elapsed_ms: startedAt === undefined || now === undefined ? null : Math.max(0, now - startedAt),
    turn: turnJson(turn),
  };
}

function turnJson(turn: OpenTurn | undefined) {
  if (!turn) return null;
  const calls = turn.calls.map(({ call, startedAt }) => ({
    id: call.callId,
    tool: call.tool,
    input: call.input,
    started_at: isoOrNull(startedAt),
  }));
  return { started_at: iso(turn.startedAt), steps: turn.steps, calls };
}
