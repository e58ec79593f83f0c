import { unescapeXml } from '../../core/xml.ts';

/** What a script can know of one `<task-notification>` element. */
export type Notification = {
  readonly taskId: string;
  readonly status: string;
  readonly summary: string;
  readonly report: string;
};

const element = /<task-notification>([\s\S]*?)<\/task-notification>/g;
/** First line of a result: `subagent_type=… task_id=…`, then a blank line. */
const header = /^(?:subagent_type|task_id|agent_id|conversation_id)=.*\n\n?/;

/** The notifications in a user message, in order, unescaped; none when a person wrote it. */
export function readNotifications(text: string): readonly Notification[] {
  if (!text.includes('<task-notification>')) return [];
  return [...text.matchAll(element)].map(([, body = '']) => ({
    taskId: part(body, 'task-id'),
    status: part(body, 'status'),
    summary: part(body, 'summary'),
    report: part(body, 'result').replace(header, ''),
  }));
}

function part(body: string, name: string): string {
  const open = body.indexOf(`<${name}>`);
  const close = body.indexOf(`</${name}>`, open);
  return open < 0 || close < 0 ? '' : unescapeXml(body.slice(open + name.length + 2, close));
}
