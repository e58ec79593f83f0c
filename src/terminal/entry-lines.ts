import { duration } from '../core/duration.ts';
import type { Entry, EntryOf, PolicyChange } from '../core/entry.ts';
import { shortId, type TaskId } from '../core/ids.ts';
import { amount, oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import { callLine } from '../views/call-line.ts';
import type { View } from '../views/chat-view.ts';
import { figures } from '../views/figures.ts';
import { resultLine } from '../views/result-line.ts';
import type { Look } from './look.ts';
import { rowsOf } from './rows.ts';
import type { Block } from './story.ts';
import { clip } from './width.ts';

/**
 * What an entry adds to the screen, given what came before it. The text of answers is not among it: that streams. Subagents' own
 * lanes show as the start and the end of their task. Nothing in a line can act on the terminal but our own colours.
 */
export function entryBlock(view: View, entry: Entry, look: Look): Block | undefined {
  const { style, glyphs } = look;
  if (entry.lane !== 'main') return taskBlock(view, entry, look);
  switch (entry.type) {
    case 'user:said':
      return view.own.has(entry.inboxId) ? undefined : { kind: 'said', lines: userLines(entry.text, look) };
    case 'lane:messaged':
      return work(look, style('accent', glyphs.returned), `message of ${nameOf(view, entry.from)}: ${entry.text}`);
    case 'notification:delivered':
      return notificationBlock(view, entry, look);
    case 'program:remarked':
      return work(look, style('dim', glyphs.note), entry.text, 'dim');
    case 'model:broke-off':
      return entry.text.trim() === ''
        ? undefined
        : work(look, style('warning', glyphs.warning), 'the answer broke off here');
    case 'tool:ended':
      return toolBlock(view, entry, look);
    case 'turn:ended':
      return turnEndBlock(entry, look);
    case 'context:compacted':
      return work(
        look,
        style('dim', glyphs.note),
        'the conversation was long; its older part is a summary from here on',
        'dim',
      );
    case 'policy:changed':
      return work(look, style('dim', glyphs.note), changeWords(entry.change), 'dim');
    case 'approval:answered':
      return entry.verdict === 'expired'
        ? work(look, style('warning', glyphs.warning), 'nobody answered in time: denied')
        : undefined;
    default:
      return taskBlock(view, entry, look);
  }
}

/** Of what a person wrote: characters and rows that are shown; pastes are long, and who pasted knows what. */
const saidChars = 8_000;
const saidRows = 30;

/** What a person wrote, marked as theirs. `by` says who, when it was not the person at this terminal. */
export function userLines(text: string, { style, glyphs, columns }: Look, by = ''): string[] {
  const rows = rowsOf(text.slice(0, saidChars), columns - 2 - by.length);
  const shown = rows.slice(0, saidRows);
  const left = text.length - saidChars;
  const isCut = left > 0 || rows.length > shown.length;
  const more = left > 0 ? amount(left, 'more character', 'more characters') : 'more of it';
  return [
    ...shown.map(
      (row, index) =>
        `${style('user', index === 0 ? glyphs.prompt : ' ')} ${index === 0 ? style('dim', by) : ''}${style('strong', row)}`,
    ),
    ...(isCut ? [style('dim', clip(`  ${glyphs.ellipsis} ${more}`, columns, glyphs.ellipsis))] : []),
  ];
}

/** What a person changed of what is permitted in the chat. */
export function changeWords(change: PolicyChange): string {
  if (change.kind === 'mode') return `mode: ${change.mode}`;
  const rule = change.pattern === undefined ? change.tool : `${change.tool}(${change.pattern})`;
  return change.kind === 'allow'
    ? `not asked about any more in this chat: ${rule}`
    : `asked about again in this chat: ${rule}`;
}

function toolBlock(view: View, entry: EntryOf<'tool:ended'>, look: Look): Block | undefined {
  const { style, glyphs, columns } = look;
  const isShownAsTask =
    entry.tool === 'Task' && [...view.tasks.values()].some(task => task.parentCallId === entry.callId);
  if (isShownAsTask) return undefined;
  const call = view.calls.get(entry.callId) ?? { tool: entry.tool, input: undefined };
  const took = entry.durationMs >= 1_000 ? ` · ${duration(entry.durationMs)}` : '';
  const result = clip(`${resultLine(entry)}${took}`, columns - 4, glyphs.ellipsis);
  return {
    kind: 'work',
    lines: [
      `${entry.isError ? style('error', glyphs.dot) : style('ok', glyphs.dot)} ${clip(callLine(call), columns - 2, glyphs.ellipsis)}`,
      `  ${style('dim', glyphs.result)} ${entry.isError ? style('error', result) : style('dim', result)}`,
    ],
  };
}

function taskBlock(view: View, entry: Entry, look: Look): Block | undefined {
  const { style, glyphs } = look;
  switch (entry.type) {
    case 'task:queued':
      if (entry.isSilent) return undefined;
      return work(
        look,
        style('running', glyphs.started),
        `${entry.description} · ${entry.agentType} · ${entry.isBackground ? 'in the background' : 'in front'} · ${shortId(entry.taskId)}`,
      );
    case 'task:started':
      if (entry.attempt === 1) return undefined;
      return known(view, entry.taskId, name =>
        work(look, style('running', glyphs.started), `${name} · taken up again (attempt ${entry.attempt})`),
      );
    case 'task:parked':
      return known(view, entry.taskId, name =>
        work(look, style('warning', glyphs.parked), `${name} · parked: ${entry.message}`),
      );
    case 'task:backgrounded':
      return known(view, entry.taskId, name =>
        work(look, style('running', glyphs.started), `${name} · goes on in the background`),
      );
    case 'task:ended':
      return known(view, entry.taskId, name => taskEnd(name, entry, look));
    case 'note:written':
      return work(
        look,
        entry.level === 'info' ? style('dim', glyphs.note) : style('warning', glyphs.warning),
        entry.text,
      );
    default:
      return undefined;
  }
}

function taskEnd(name: string, entry: EntryOf<'task:ended'>, look: Look): Block {
  const { style, glyphs } = look;
  const { outcome } = entry;
  const took = figures(entry);
  if (outcome.kind === 'completed') return work(look, style('ok', glyphs.tick), `${name} · ${took}`);
  if (outcome.kind === 'stopped') return work(look, style('warning', glyphs.stopped), `${name} · stopped · ${took}`);
  return work(look, style('error', glyphs.cross), `${name} · failed: ${outcome.message} · ${took}`);
}

/** A line for each task that was told of; `hint` says how to read the whole. */
export function notificationBlock(
  view: View,
  { tasks, isLate }: EntryOf<'notification:delivered'>,
  look: Look,
  hint = '',
): Block {
  const late = isLate ? ' (late: the chat was closed)' : '';
  const how = hint === '' ? '' : ` (${hint})`;
  return { kind: 'work', lines: tasks.map(task => notificationLine(view, task, late, how, look)) };
}

function notificationLine(
  view: View,
  task: { taskId: TaskId; summary: string },
  late: string,
  how: string,
  { style, glyphs, columns }: Look,
): string {
  const described = view.tasks.get(task.taskId)?.description;
  const what = described === undefined ? visible(task.summary) : `the report of "${visible(described)}" has come back`;
  const room = columns - 4 - how.length;
  const text =
    room < 20 ? clip(what + late, columns - 4, glyphs.ellipsis) : clip(what + late, room, glyphs.ellipsis) + how;
  return style('dim', `  ${glyphs.returned} ${text}`);
}

function turnEndBlock(entry: EntryOf<'turn:ended'>, look: Look): Block | undefined {
  const { style, glyphs } = look;
  const message = entry.message ?? '';
  switch (entry.end) {
    case 'done':
      return undefined;
    case 'interrupted':
      return work(look, style('warning', glyphs.stopped), 'interrupted; what runs in the background goes on');
    case 'max-turns':
    case 'budget':
    case 'loop':
      return work(look, style('warning', glyphs.warning), message === '' ? `the turn ended: ${entry.end}` : message);
    case 'failed':
      return { kind: 'work', lines: [...failureLines(message, look)] };
    default:
      return undefined;
  }
}

/** A failure in full: what is wrong, and what would be right. */
export function failureLines(message: string, look: Look): string[] {
  const rows = rowsOf(message, look.columns - 2);
  return rows.map((row, index) => `${index === 0 ? look.style('error', look.glyphs.cross) : ' '} ${row}`);
}

function known(view: View, id: TaskId, draw: (name: string) => Block): Block | undefined {
  const task = view.tasks.get(id);
  return task && draw(task.description);
}

function nameOf(view: View, lane: 'main' | TaskId): string {
  return lane === 'main' ? 'the conversation' : (view.tasks.get(lane)?.description ?? shortId(lane));
}

/** One line: a mark, and text that ends with the row. */
function work({ style, glyphs, columns }: Look, mark: string, text: string, tone?: 'dim'): Block {
  const line = clip(visible(oneLine(text, 1_000)), columns - 2, glyphs.ellipsis);
  return { kind: 'work', lines: [`${mark} ${tone === 'dim' ? style('dim', line) : line}`] };
}
