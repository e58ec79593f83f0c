import type { Outcome } from '../core/entry.ts';
import type { Limits } from '../core/limits.ts';
import { cutMiddle } from '../core/text.ts';
import { totalTokens, type Usage } from '../core/usage.ts';
import { escapeXml } from '../core/xml.ts';
import type { Task } from '../store/rows.ts';

export type Ended = {
  readonly task: Pick<Task, 'id' | 'agentType' | 'agentId' | 'conversationId' | 'description'>;
  readonly outcome: Outcome;
  /** Of the whole subtree. */
  readonly usage: Usage;
  readonly toolUses: number;
  readonly durationMs: number | undefined;
  /** Absolute path of the transcript. */
  readonly outputFile: string;
};

/** `subagent_type=… task_id=… agent_id=… conversation_id=…`; what is absent is left out (S7). */
export function headerOf(task: Pick<Task, 'id' | 'agentType' | 'agentId' | 'conversationId'>): string {
  const parts = [
    ['subagent_type', task.agentType],
    ['task_id', task.id],
    ['agent_id', task.agentId],
    ['conversation_id', task.conversationId],
  ] as const;
  return parts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** One line for people: `Agent "Find auth code" completed`. */
export function summaryOf(task: Pick<Task, 'description'>, outcome: Outcome): string {
  const ending = { completed: 'completed', failed: 'failed', stopped: 'was stopped' }[outcome.kind];
  const reason = outcome.kind === 'failed' ? `: ${outcome.message}` : '';
  return `Agent "${task.description}" ${ending}${reason}`;
}

export type ReportLimits = Pick<Limits, 'reportChars' | 'transcriptBytes'>;

/** What the subagent brought: its report, or why there is none and what it had said by then. At most `limits.reportChars` characters and a note. */
export function resultText(outcome: Outcome, outputFile: string, limits: ReportLimits): string {
  const cut = (text: string) =>
    cutMiddle(
      text.toWellFormed(),
      limits.reportChars,
      omitted =>
        `[… ${omitted} characters left out; ${fitsTranscript(text, limits) ? 'the whole' : 'more of the'} report is in ${outputFile} …]`,
    );
  if (outcome.kind === 'completed') return cut(outcome.report);
  const head = outcome.kind === 'failed' ? `Error: ${outcome.message}` : `Stopped: ${outcome.message}`;
  return outcome.partial === undefined || outcome.partial.trim() === ''
    ? cut(head)
    : cut(`${head}\n\nPartial report:\n${outcome.partial}`);
}

/** Of a transcript that is too long the last quarter is kept for certain, and of a line no more than that. */
function fitsTranscript(report: string, { transcriptBytes }: ReportLimits): boolean {
  return 4 * Buffer.byteLength(report) < transcriptBytes;
}

/**
 * The one `<task-notification>` element of an ended task; see spec "Notifications". Every value is escaped, so whatever a report
 * contains, the text holds exactly one element of ours. Figures that are not known are left out.
 */
export function notificationXml(ended: Ended, limits: ReportLimits): string {
  const { task, outcome } = ended;
  const report = `${headerOf(task)}\n\n${resultText(outcome, ended.outputFile, limits)}`;
  const lines = [
    '<task-notification>',
    element('task-id', task.id),
    element('status', outcome.kind),
    element('summary', summaryOf(task, outcome)),
    element('result', report),
    ...usageLines(ended),
    element('output-file', ended.outputFile),
    '</task-notification>',
  ];
  return lines.join('\n');
}

function usageLines(ended: Ended): string[] {
  const tokens = totalTokens(ended.usage);
  const lines = [
    ...(tokens === undefined ? [] : [`total_tokens: ${tokens}`]),
    `tool_uses: ${ended.toolUses}`,
    ...(ended.durationMs === undefined ? [] : [`duration_ms: ${Math.round(ended.durationMs)}`]),
  ];
  return [`<usage>${lines.join('\n')}</usage>`];
}

function element(name: string, value: string): string {
  return `<${name}>${escapeXml(value)}</${name}>`;
}
