import { unreachable } from '../../core/error.ts';
import type { TaskId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import type { Role } from '../../terminal/theme.ts';
import { clip } from '../../terminal/width.ts';
import { isOpen, type Tasks } from '../../views/task-group.ts';
import type { TaskRow } from '../../views/task-row.ts';
import { createField, type Field } from '../dialogs/field.ts';
import type { Key } from '../key.ts';
import { type Action, actionOf } from '../keys.ts';
import type { Drawn, Pane, Room } from '../pane.ts';
import { drawPanel } from './draw-panel.ts';
import { firstChoice, type Listed, listTasks, openUnder } from './panel-list.ts';
import { askOnEscape, askToStopAll } from './panel-questions.ts';
import type { Preview } from './preview.ts';
import { nameOf } from './task-line.ts';

/** What is done to a task; each says in a few words what came of it. */
export type PanelActs = {
  readonly stop: (row: TaskRow) => Promise<string>;
  readonly message: (row: TaskRow, text: string) => Promise<string>;
  readonly background: (row: TaskRow) => Promise<string>;
  readonly retry: (row: TaskRow) => Promise<string>;
};
export type PanelOptions = {
  readonly tasks: () => Tasks;
  readonly now: () => number;
  readonly spin: () => number;
  readonly preview: (id: TaskId) => Preview;
  readonly acts: PanelActs;
  /** Opens the whole of a task: its report first, where it has ended and `isReport`. */
  readonly open: (row: TaskRow, isReport: boolean) => void;
  /** Does what may fail; what was foreseen is told by `tell`. */
  readonly run: (work: () => Promise<string>, tell: (text: string, role: Role) => void) => void;
  readonly close: () => void;
  readonly redraw: () => void;
};

/** What holds the keys within the panel. */
type Holder =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter'; readonly field: Field }
  | { readonly kind: 'message'; readonly field: Field; readonly row: TaskRow }
  | { readonly kind: 'question'; readonly pane: Pane };

/** All tasks of the chat, the newest of what the selected one does, and the keys that steer it (S36). */
export function createTaskPanel(options: PanelOptions): Pane {
  const { acts, redraw } = options;
  let selected: TaskId | undefined;
  let filter = '';
  let holder: Holder = { kind: 'list' };
  let told: { readonly text: string; readonly role: Role } | undefined;
  let preview: { readonly of: TaskId; readonly shown: Preview } | undefined;
  let known: { readonly of: Tasks; readonly filter: string; readonly listed: readonly Listed[] } | undefined;

  function listed(): readonly Listed[] {
    const of = options.tasks();
    if (known?.of !== of || known.filter !== filter) known = { of, filter, listed: listTasks(of, filter) };
    return known.listed;
  }

  function current(): TaskRow | undefined {
    const rows = listed();
    const found = rows.find(({ row }) => row.id === selected) ?? rows.find(({ row }) => row.id === firstChoice(rows));
    selected = found?.row.id;
    return found?.row;
  }

  function move(by: number): void {
    const rows = listed();
    const at = rows.findIndex(({ row }) => row.id === current()?.id);
    selected = rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.row.id;
  }

  function run(work: () => Promise<string>): void {
    options.run(work, (text, role) => {
      told = { text, role };
      redraw();
    });
  }

  function close(): void {
    preview?.shown.close();
    preview = undefined;
    options.close();
  }

  function ask(pane: Pane): void {
    holder = { kind: 'question', pane };
  }

  const toList = () => {
    holder = { kind: 'list' };
    redraw();
  };

  /** What works for it is stopped with it: that is asked about first. */
  function askToStop(row: TaskRow): void {
    const under = openUnder(options.tasks(), row.id);
    if (under === 0) {
      run(() => acts.stop(row));
      return;
    }
    ask(
      askToStopAll(nameOf(row), under, redraw, answer => {
        toList();
        if (answer === 'stop') run(() => acts.stop(row));
      }),
    );
  }

  /** Esc is for the lane in focus alone (S15): that of the selected task, and only after a question. */
  function leave(): void {
    const row = current();
    if (filter !== '') {
      filter = '';
      return;
    }
    if (!row || !isOpen(row)) {
      close();
      return;
    }
    ask(
      askOnEscape(nameOf(row), redraw, answer => {
        toList();
        if (answer === 'stop') run(() => acts.stop(row));
        else close();
      }),
    );
  }

  const toRow = (work: (row: TaskRow) => void) => () => {
    const row = current();
    if (row) work(row);
  };
  const actions: Readonly<Record<Action<'tasks'>, () => void>> = {
    up: () => move(-1),
    down: () => move(1),
    'page-up': () => move(-10),
    'page-down': () => move(10),
    first: () => move(Number.NEGATIVE_INFINITY),
    last: () => move(Number.POSITIVE_INFINITY),
    filter() {
      filter = '';
      holder = { kind: 'filter', field: createField(redraw) };
    },
    escape: leave,
    close,
    open: toRow(row => options.open(row, true)),
    lane: toRow(row => options.open(row, false)),
    stop: toRow(askToStop),
    message: toRow(row => {
      holder = { kind: 'message', field: createField(redraw), row };
    }),
    background: toRow(row => run(() => acts.background(row))),
    retry: toRow(row => run(() => acts.retry(row))),
  };

  function typeFilter(field: Field, key: Key): void {
    const isLeft = key.kind === 'key' && (key.name === 'escape' || (key.ctrl && key.name === 'c'));
    if (isLeft || (key.kind === 'key' && key.name === 'return')) {
      if (isLeft) filter = '';
      holder = { kind: 'list' };
      return;
    }
    if (field.key(key)) filter = field.text();
    else if (key.kind === 'key' && key.name === 'up') move(-1);
    else if (key.kind === 'key' && key.name === 'down') move(1);
  }

  function typeMessage(field: Field, row: TaskRow, key: Key): void {
    if (field.key(key) || key.kind !== 'key') return;
    if (key.name === 'escape' || (key.ctrl && key.name === 'c')) holder = { kind: 'list' };
    if (key.name !== 'return') return;
    holder = { kind: 'list' };
    const text = field.text().trim();
    if (text === '') told = { text: 'nothing was written, nothing was sent', role: 'warning' };
    else run(() => acts.message(row, text));
  }

  function take(key: Key): void {
    switch (holder.kind) {
      case 'question':
        holder.pane.key(key);
        return;
      case 'filter':
        typeFilter(holder.field, key);
        return;
      case 'message':
        typeMessage(holder.field, holder.row, key);
        return;
      case 'list': {
        const action = actionOf('tasks', key);
        if (!action) return;
        told = undefined;
        actions[action]();
        return;
      }
      default:
        unreachable(holder);
    }
  }

  function previewRows(look: Look, rows: number): readonly string[] {
    const row = current();
    if (preview?.of !== row?.id) {
      preview?.shown.close();
      preview = row && { of: row.id, shown: options.preview(row.id) };
    }
    return preview?.shown.draw(look, rows) ?? [];
  }

  function foot(look: Look, room: Room): Drawn {
    const { style, glyphs } = look;
    const one = { ...room, rows: 1 };
    if (holder.kind === 'question') return holder.pane.draw(look, room);
    if (holder.kind === 'filter') return holder.field.draw('/', look, one);
    if (holder.kind === 'message') return holder.field.draw(`to ${nameOf(holder.row)}:`, look, one);
    if (told) return { rows: [style(told.role, clip(visible(told.text), room.columns, glyphs.ellipsis))] };
    return { rows: [style('dim', clip(hints.join(` ${glyphs.separator} `), room.columns, glyphs.ellipsis))] };
  }

  return {
    size: 'whole',
    draw(look, room) {
      const moment = { now: options.now(), spin: options.spin() };
      const row = current();
      const view = { tasks: options.tasks(), listed: listed(), selected: row?.id, filter: visible(filter), moment };
      return drawPanel({ ...view, preview: previewRows, foot: of => foot(look, of) }, look, room);
    },
    key(key) {
      const inList = holder.kind === 'list' && key.kind === 'text';
      const keys: readonly Key[] = inList ? [...key.text].map(text => ({ kind: 'text', text })) : [key];
      for (const one of keys) take(one);
      redraw();
      return true;
    },
  };
}

const hints = ['enter open', 's stop', 'm message', 'b background', 'r retry', '/ filter', 'q back'];
