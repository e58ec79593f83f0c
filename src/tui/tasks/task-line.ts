import { unreachable } from '../../core/error.ts';
import { shortId, type TaskId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { type FigureKind, figureList } from '../../views/figures.ts';
import { isOpen, type Tasks, taskRow, waitsFor } from '../../views/task-group.ts';
import { elapsedMs, type TaskRow } from '../../views/task-row.ts';
import { fitPieces, type Piece } from './pieces.ts';

export type Moment = {
  readonly now: number;
  /** Counts the pictures of the spinner. */
  readonly spin: number;
};

/** Which part of a row goes first where there is little room. */
const ranks = { model: 9, cost: 8, agent: 7, background: 6, attempt: 5, tools: 4, tokens: 3, time: 2 } as const;

/** A task in one row: a mark for how it stands, its name, what it is, what it waits for, what it took. */
export function taskLine(tasks: Tasks, row: TaskRow, moment: Moment, look: Look, width: number): string {
  const { announced } = row;
  const model = announced && announced.model !== tasks.model.handle ? modelName(announced.model) : '';
  const isBackground = isOpen(row) && (row.wentToBackground || announced?.isBackground);
  const pieces: Piece[] = [
    { text: nameOf(row), rank: 0 },
    dim(oneRow(announced?.agentType ?? ''), ranks.agent),
    dim(oneRow(model), ranks.model),
    dim(isBackground ? 'background' : '', ranks.background),
    dim(isOpen(row) && row.attempt > 1 ? `attempt ${row.attempt}` : '', ranks.attempt),
    ...standing(tasks, row),
    ...figuresOf(row, moment.now),
  ];
  const shown = pieces.filter(({ text }) => text !== '');
  return `${markOf(row, moment.spin, look)} ${fitPieces(shown, width - 2, look)}`;
}

export function nameOf({ announced, id }: TaskRow): string {
  return oneRow(announced?.description ?? '') || shortId(id);
}

function oneRow(text: string): string {
  return visible(oneLine(text, limits.descriptionChars));
}

function dim(text: string, rank: number): Piece {
  return { text, rank, role: 'dim' };
}

/** `anthropic/claude-sonnet-4.5` without who serves it. */
function modelName(handle: string): string {
  return handle.slice(handle.lastIndexOf('/') + 1);
}

function markOf({ state, asked }: TaskRow, spin: number, { style, glyphs }: Look): string {
  if (asked.length > 0) return style('warning', glyphs.question);
  switch (state.kind) {
    case 'queued':
    case 'waiting':
    case 'running':
      return style('running', glyphs.spinner[spin % glyphs.spinner.length] ?? glyphs.dot);
    case 'parked':
      return style('warning', glyphs.parked);
    case 'completed':
      return style('ok', glyphs.tick);
    case 'failed':
      return style('error', glyphs.cross);
    case 'stopped':
      return style('warning', glyphs.stopped);
    default:
      return unreachable(state);
  }
}

/** What keeps it, or how it ended when not well. */
function standing(tasks: Tasks, row: TaskRow): Piece[] {
  const { state } = row;
  const [ask] = row.asked;
  if (ask) return [{ text: `waits for you: ${ask.line}`, rank: 0, role: 'warning' }];
  switch (state.kind) {
    case 'queued':
      return [dim('queued', 0)];
    case 'waiting':
      return [dim(waitText(tasks, row), 0)];
    case 'parked':
      return [{ text: `parked: ${visible(state.message)}`, rank: 0, role: 'warning' }];
    case 'failed':
      return [{ text: `failed: ${visible(state.message)}`, rank: 0, role: 'error' }];
    case 'stopped':
      return [{ text: 'stopped', rank: 0, role: 'warning' }];
    case 'running':
    case 'completed':
      return [];
    default:
      return unreachable(state);
  }
}

const waits = {
  dependencies: 'queued',
  approval: 'waiting for leave to start',
  'idle-chat': 'waiting until the chat is idle',
  due: 'waiting until it is due',
} as const;

function waitText(tasks: Tasks, row: TaskRow): string {
  const [first, ...others] = waitsFor(tasks, row);
  if (first === undefined) return row.state.kind === 'waiting' ? waits[row.state.reason] : '';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `waiting for "${nameById(tasks, first)}"${more}`;
}

function nameById(tasks: Tasks, id: TaskId): string {
  const row = taskRow(tasks, id);
  return row ? nameOf(row) : shortId(id);
}

function figuresOf(row: TaskRow, now: number): Piece[] {
  const durationMs = elapsedMs(row, now);
  if (durationMs === undefined) return [];
  const rankOf = (kind: FigureKind) => ranks[kind];
  return figureList({ ...row, durationMs }).map(({ kind, text }) => dim(text, rankOf(kind)));
}
