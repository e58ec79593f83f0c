import type { Message, ModelRequest } from '../model.ts';
import { type Notification, readNotifications } from './notification.ts';

/** A message that the model has not answered yet. */
export type Part =
  | { readonly from: 'user' | 'notification' | 'program'; readonly text: string }
  | { readonly from: 'tool'; readonly text: string; readonly tool: string; readonly isError: boolean };

/** What matchers and templates can see of a conversation, at the moment of one request. Derived from the messages alone. */
export type Situation = {
  readonly agent: string;
  readonly system: string;
  /** The last input: everything after the last answer. */
  readonly parts: readonly Part[];
  /** First user message. */
  readonly prompt: string;
  /** Last user message that is neither a notification nor a remark of the program. */
  readonly input: string;
  /** Results of tools since that message. */
  readonly results: readonly { readonly tool: string; readonly text: string }[];
  /** Requests since that message, this one included. */
  readonly step: number;
  /** Notifications of the last input. */
  readonly arrived: readonly Notification[];
  /** All notifications of the lane. */
  readonly reports: readonly Notification[];
};

type Asking = Pick<ModelRequest, 'agent' | 'system'>;

/** The situation in which the message at index `end` was asked for (or will be, when it is the number of messages). */
export function situationAt(messages: readonly Message[], end: number, { agent, system }: Asking): Situation {
  let prompt: string | undefined;
  let input = '';
  let step = 1;
  let parts: Part[] = [];
  let arrived: Notification[] = [];
  let results: { tool: string; text: string }[] = [];
  const reports: Notification[] = [];
  for (const message of messages.slice(0, end)) {
    if (message.role === 'assistant') {
      step += 1;
      parts = [];
      arrived = [];
      continue;
    }
    if (message.role === 'tool') {
      results.push(message);
      parts.push({ from: 'tool', text: message.text, tool: message.tool, isError: message.isError });
      continue;
    }
    prompt ??= message.text;
    const notifications = readNotifications(message.text);
    const from = notifications.length > 0 ? 'notification' : isRemark(message.text) ? 'program' : 'user';
    parts.push({ from, text: message.text });
    arrived.push(...notifications);
    reports.push(...notifications);
    if (from !== 'user') continue;
    input = message.text;
    step = 1;
    results = [];
  }
  return { agent, system, parts, prompt: prompt ?? '', input, results, step, arrived, reports };
}

const isRemark = (text: string): boolean => text.startsWith('<program-remark>');
