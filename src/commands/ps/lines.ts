import { duration } from '../../core/duration.ts';
import { shortId } from '../../core/ids.ts';
import type { Io } from '../../core/ports.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { TaskAtWork, WorkerAtWork } from '../../tasks/at-work.ts';
import type { OpenTurn } from '../../tasks/open-turn.ts';
import type { Program } from '../../tasks/program.ts';
import { callLine } from '../../views/call-line.ts';
import { painter } from '../output.ts';
import type { WithLog } from './logs.ts';

const nameChars = 60;

/** A line for each process, and under it what it drives and runs. */
export function psLines(found: readonly WithLog[], program: Program, io: Io): string {
  const chalk = painter(io, program);
  const now = program.base.clock.now();
  const paint = { alive: chalk.green, 'process-gone': chalk.red, 'lease-over': chalk.red, ended: chalk.dim };
  const lines = found.flatMap(one => [
    `${one.worker.kind} ${paint[one.standing](standingText(one, program.limits.leaseMs, now))}`,
    ...(one.log === undefined ? [] : [`  log   ${one.log}`]),
    ...one.chats.map(
      ({ chat, turn }) => `  chat  ${shortId(chat.id)}  ${named(chat.title)} · ${chatText(one, turn, now)}`,
    ),
    ...one.tasks.map(task => `  task  ${shortId(task.task.id)}  ${taskText(task, one.standing === 'alive', now)}`),
  ]);
  return lines.map(line => `${line}\n`).join('');
}

function standingText({ worker, standing }: WorkerAtWork, leaseMs: number, now: number): string {
  const process = `process ${worker.pid} on ${visible(worker.host)}`;
  const renewed = duration(Math.max(0, now - worker.leaseUntil + leaseMs));
  switch (standing) {
    case 'alive':
      return `${process} · for ${duration(Math.max(0, now - worker.startedAt))} · lease renewed ${renewed} ago`;
    case 'process-gone':
      return `${process} is gone, without having left; what it ran is taken up at the next start`;
    case 'lease-over':
      return `${process} was last heard of ${renewed} ago: its lease ran out, and others may take its work`;
    case 'ended':
      return `${process} has ended, ${duration(Math.max(0, now - (worker.endedAt ?? now)))} ago`;
  }
}

function chatText({ standing }: WorkerAtWork, turn: OpenTurn | undefined, now: number): string {
  if (!turn) return 'no turn is open';
  if (standing !== 'alive') return 'its turn was left open';
  return `its turn is at work for ${duration(Math.max(0, now - turn.startedAt))}`;
}

function taskText({ task, startedAt, turn }: TaskAtWork, isAlive: boolean, now: number): string {
  const parts = [named(task.description), visible(task.agentType), `attempt ${task.attempt}`];
  if (isAlive && startedAt !== undefined) parts.push(duration(Math.max(0, now - startedAt)));
  const calls = (turn?.calls ?? []).filter(call => call.startedAt !== undefined);
  const shown = calls.map(({ call, startedAt = now }) => {
    const name = oneLine(callLine(call), nameChars);
    return isAlive ? `${name} for ${duration(Math.max(0, now - startedAt))}` : `it was in ${name}`;
  });
  return [...parts, ...shown].join(' · ');
}

function named(text: string): string {
  return `"${visible(oneLine(text, nameChars))}"`;
}
