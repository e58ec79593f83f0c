import type { Limits } from '../../core/limits.ts';
import type { Role } from '../../terminal/theme.ts';
import type { Key } from '../key.ts';
import { type Action, actionOf } from '../keys.ts';
import type { Pane, Room } from '../pane.ts';
import { type Browsing, createBrowsing } from './browse.ts';
import { type Edit, type Editor, emptyEditor, reduceEditor } from './editor.ts';
import type { Inputs } from './inputs.ts';
import { offsetAt, placeOf, rowAbove, rowBelow } from './layout.ts';
import { unfold } from './pastes.ts';
import { createPopup, type Suggest } from './popup.ts';
import { drawComposer, textColumns } from './view.ts';

export type ComposerOptions = {
  readonly limits: Pick<Limits, 'promptBytes'>;
  readonly inputs: Inputs;
  readonly room: () => Room;
  readonly redraw: () => void;
  readonly notice: (text: string, role: Role) => void;
  readonly submit: (text: string, takes: 'boundary' | 'turn') => void;
  /** Up where nothing is written; false when nothing waits. */
  readonly openQueue: () => boolean;
  /** What the word at the cursor may become; the first that offers something is shown. */
  readonly suggest: readonly Suggest[];
};
export type Composer = Pane & {
  /** As it would be sent. */
  readonly text: () => string;
  /** Empties it; undo brings the text back. */
  readonly clear: () => void;
  /** Takes the place of what is written; undo brings that back. */
  readonly put: (text: string) => void;
};

const placeholder = 'Ask for something. / shows the commands';

/** Actions that are edits and nothing more. */
const edits: Partial<Readonly<Record<Action<'composer'>, Edit>>> = {
  'new-line': { kind: 'type', text: '\n' },
  left: { kind: 'move', to: 'left' },
  right: { kind: 'move', to: 'right' },
  'word-left': { kind: 'move', to: 'word-left' },
  'word-right': { kind: 'move', to: 'word-right' },
  'line-start': { kind: 'move', to: 'line-start' },
  'line-end': { kind: 'move', to: 'line-end' },
  start: { kind: 'move', to: 'start' },
  end: { kind: 'move', to: 'end' },
  'delete-left': { kind: 'delete', what: 'left' },
  'delete-right': { kind: 'delete', what: 'right' },
  'kill-word-left': { kind: 'kill', what: 'word-left' },
  'kill-argument-left': { kind: 'kill', what: 'argument-left' },
  'kill-word-right': { kind: 'kill', what: 'word-right' },
  'kill-line-left': { kind: 'kill', what: 'line-left' },
  'kill-line-right': { kind: 'kill', what: 'line-right' },
  yank: { kind: 'yank' },
  'yank-older': { kind: 'yank-older' },
  undo: { kind: 'undo' },
  redo: { kind: 'redo' },
};

/** Edits by which a person writes at the cursor, after which they may want something suggested. */
const typing: readonly Edit['kind'][] = ['type', 'delete', 'kill'];

/** Where a person writes. */
export function createComposer(options: ComposerOptions): Composer {
  const { inputs, redraw } = options;
  let editor: Editor = emptyEditor;
  const browsing: Browsing = createBrowsing(inputs, {
    editor: () => editor,
    show(next) {
      editor = next;
      popup.follow(false);
      redraw();
    },
  });
  const popup = createPopup({
    suggest: options.suggest,
    written: () => editor,
    replace: (start, end, text) => edit({ kind: 'replace', start, end, text }),
  });

  /** What was brought back and then changed is the draft. */
  function edit(change: Edit): void {
    const before = editor;
    editor = reduceEditor(editor, change);
    if (editor.text === before.text) return;
    browsing.leave();
    popup.follow(typing.includes(change.kind));
  }

  function send(takes: 'boundary' | 'turn'): void {
    const text = unfold(editor.text, editor.pastes);
    if (text.trim() === '' || isTooLong(text)) return;
    edit({ kind: 'begin' });
    inputs.add([text]);
    options.submit(text, takes);
  }

  function isTooLong(text: string): boolean {
    const bytes = Buffer.byteLength(text);
    if (bytes <= options.limits.promptBytes) return false;
    const [is, most] = [bytes, options.limits.promptBytes].map(size => `${(size / 1024 ** 2).toFixed(1)} MB`);
    options.notice(`Too long: ${is} in all; ${most} can be sent. Put it into a file and name the file.`, 'error');
    return true;
  }

  function paste(text: string): void {
    const held = [...editor.pastes.values()].reduce((sum, one) => sum + one.text.length, text.length);
    if (held > options.limits.promptBytes) edit({ kind: 'forget' });
    if (!isTooLong(unfold(editor.text, editor.pastes) + text)) edit({ kind: 'paste', text });
  }

  /** To the row above or below; false at the edge. */
  function moveRow(by: -1 | 1): boolean {
    const columns = textColumns(options.room().columns);
    const { row, column } = placeOf(editor, editor.cursor, columns);
    const next = by === -1 ? rowAbove(editor, row, columns) : rowBelow(editor, row, columns);
    if (!next) return false;
    const goal = editor.goal ?? column;
    edit({ kind: 'go', to: offsetAt(editor, next, goal, columns), goal });
    return true;
  }

  function upOrDown(by: -1 | 1): void {
    if (by === -1 && editor.text === '' && !browsing.isOn() && options.openQueue()) return;
    if (!moveRow(by)) browsing.step(by);
  }

  function act(action: Action<'composer'>): boolean {
    const change = edits[action];
    if (action === 'delete-right' && editor.text === '') return false;
    if (change) edit(change);
    else if (action === 'send' && editor.text[editor.cursor - 1] === '\\')
      edit({ kind: 'replace', start: editor.cursor - 1, end: editor.cursor, text: '\n' });
    else if (action === 'send') send('boundary');
    else if (action === 'send-later') send('turn');
    else if (action === 'up') upOrDown(-1);
    else if (action === 'down') upOrDown(1);
    else if (action === 'search') browsing.search();
    else if (action === 'paste-image')
      options.notice('Images cannot be sent yet; name the file of an image instead', 'dim');
    return true;
  }

  function key(pressed: Key): boolean {
    if (browsing.key(pressed) || popup.key(pressed)) return true;
    if (pressed.kind === 'text') edit({ kind: 'type', text: pressed.text });
    else if (pressed.kind === 'paste') paste(pressed.text);
    else {
      const action = actionOf('composer', pressed);
      return action !== undefined && act(action);
    }
    return true;
  }

  return {
    size: 'strip',
    text: () => unfold(editor.text, editor.pastes),
    clear() {
      edit({ kind: 'put', text: '' });
      redraw();
    },
    put(text) {
      edit({ kind: 'put', text: text.replace(/\r\n?/g, '\n') });
      redraw();
    },
    draw(look, room) {
      const below = (rows: number) => popup.draw(look, room.columns, rows);
      return drawComposer({ editor, placeholder, search: browsing.searched(), below }, look, room);
    },
    key(pressed) {
      const isUsed = key(pressed);
      if (isUsed) redraw();
      return isUsed;
    },
  };
}
