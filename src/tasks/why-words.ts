import { duration } from '../core/duration.ts';
import { unreachable } from '../core/error.ts';
import { shortId } from '../core/ids.ts';
import { amount, oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import type { InboxKind } from '../store/rows.ts';
import { callLine } from '../views/call-line.ts';
import type { OtherTask, Reason } from './reason.ts';

const nameChars = 60;
const messageChars = 300;
type Of<K extends Reason['kind']> = Extract<Reason, { kind: K }>;

/** A reason as people read it, with what can be done about it. Pure. */
export function reasonText(reason: Reason, now: number): string {
  const since = (at: number) => duration(Math.max(0, now - at));
  switch (reason.kind) {
    case 'ended':
      return endedText(reason, now);
    case 'report-waits':
      return reason.lane === 'main'
        ? `its report waits in the inbox of the conversation; \`legwork -r ${shortId(reason.chatId)}\` delivers it`
        : `its report waits in the inbox of task ${shortId(reason.lane)}`;
    case 'not-due':
      return `queued: not before ${new Date(reason.dueAt).toISOString()} (in ${duration(reason.dueAt - now)})`;
    case 'queued':
      return `queued: position ${reason.position}`;
    case 'cap-reached':
      return `the cap of ${visible(reason.model)} is reached (${reason.running} of ${reason.cap} running)`;
    case 'no-worker':
      return `no process takes it now: \`legwork worker\` does, or \`legwork -r ${shortId(reason.chatId)}\``;
    case 'depends-on':
      return `waiting: depends on ${othersText(reason.tasks)}`;
    case 'waits-for':
      return `waiting: ${{ approval: 'for an approval to start', 'idle-chat': 'until its chat is idle', due: 'until it is due' }[reason.what]}`;
    case 'parked':
      return parkedText(reason);
    case 'runs':
      return runsText(reason, now);
    case 'runner-gone':
      return goneText(reason);
    case 'in-call':
      return `in ${shown(reason.call)} for ${since(reason.sinceAt)}`;
    case 'call-waits':
      return `${shown(reason.call)} waits for its turn`;
    case 'asks-model':
      return `asking the model for ${since(reason.sinceAt)}`;
    case 'asks-person':
      return `waiting for an approval of ${shown(reason.call)} for ${since(reason.askedAt)}, ${deadlineText(reason.deadlineAt, now)}; answer in the terminal that has the chat open, or with \`legwork -r ${shortId(reason.chatId)}\``;
    case 'awaits-tasks':
      return `waits for ${othersText(reason.tasks)}`;
    case 'turn-left-open':
      return `idle although a turn is open, begun ${since(reason.sinceAt)} ago: nobody has the chat open; \`legwork -r ${shortId(reason.chatId)}\` goes on with it`;
    case 'inbox-waits':
      return inboxText(reason);
    case 'idle':
      return 'idle: nothing waits in the inbox';
    default:
      return unreachable(reason);
  }
}

function endedText({ status, endedAt, message }: Of<'ended'>, now: number): string {
  const when = endedAt === undefined ? '' : ` ${duration(Math.max(0, now - endedAt))} ago`;
  return `${status}${when}${message === undefined ? '' : `: ${said(message)}`}`;
}

function parkedText({ reason, taskId, chatId, message }: Of<'parked'>): string {
  const id = shortId(taskId);
  if (reason === 'process-gone')
    return `parked: ${said(message)}; it goes on where it stood when the chat is opened (\`legwork -r ${shortId(chatId)}\`) or a worker takes it`;
  if (reason === 'budget')
    return `parked: ${said(message)}; give more with \`legwork tasks retry ${id} --budget-tokens <n>\` (or -usd, -seconds)`;
  return `parked: ${said(message)}; \`legwork tasks retry ${id}\` lets it go on`;
}

function runsText({ process, sinceAt, attempt, step }: Of<'runs'>, now: number): string {
  const since = sinceAt === undefined ? '' : ` for ${duration(Math.max(0, now - sinceAt))}`;
  const where = `in process ${process.pid} on ${visible(process.host)} (${process.kind}, ${shortId(process.workerId)})`;
  const facts = [
    ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
    ...(step === undefined ? [] : [`in step ${step}`]),
  ];
  return `running ${where}${since}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`;
}

function goneText({ process, standing, lane, chatId }: Of<'runner-gone'>): string {
  const who = process ? `process ${process.pid} on ${visible(process.host)}` : 'a process';
  const how = {
    alive: 'is there',
    'process-gone': 'is gone without having left',
    'lease-over': 'has not been heard of since its lease ran out',
    ended: 'has left or was found to be gone',
    unknown: 'nobody knows any more',
  }[standing];
  const open = `\`legwork -r ${shortId(chatId)}\``;
  const next = lane === 'main' ? open : `${open} or \`legwork worker\``;
  return `cut off: it ran in ${who}, which ${how}. Nothing is lost; ${next} goes on where it stood`;
}

function deadlineText(at: number, now: number): string {
  return at > now ? `denied in ${duration(at - now)}` : 'its time is over';
}

function inboxText({ rows, because, chatId }: Of<'inbox-waits'>): string {
  const kinds: Record<InboxKind, [one: string, many: string]> = {
    input: ['input', 'inputs'],
    notification: ['notification', 'notifications'],
    message: ['message', 'messages'],
    remark: ['remark', 'remarks'],
  };
  const counts = Object.entries(kinds).flatMap(([kind, words]) => {
    const count = rows.filter(row => row.kind === kind).length;
    return count === 0 ? [] : [amount(count, ...words)];
  });
  const what = `${counts.join(' and ')} ${rows.length === 1 ? 'waits' : 'wait'}`;
  switch (because) {
    case 'soon':
      return `${what} in the inbox until the next step`;
    case 'quiet':
      return `idle: ${what} in the inbox for the next turn, which nothing of it starts`;
    case 'closed':
      return `idle although ${what}: the chat is closed; open it with \`legwork -r ${shortId(chatId)}\``;
  }
}

function othersText(tasks: readonly OtherTask[]): string {
  return tasks.map(otherText).join(', ');
}

function otherText({ id, description, status, attempt, pid, isStale }: OtherTask): string {
  const facts = [
    isStale ? 'was running, its process is gone' : status,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(pid === undefined ? [] : [`in process ${pid}`]),
  ];
  return `"${visible(oneLine(description, nameChars))}" ${shortId(id)} (${facts.join(', ')})`;
}

function shown(call: Parameters<typeof callLine>[0]): string {
  return oneLine(callLine(call), nameChars);
}

function said(message: string): string {
  return visible(oneLine(message, messageChars));
}
