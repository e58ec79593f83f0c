import { unreachable } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import { borderFrom, lineEnd, lineStart, nextBorder, previousBorder, wordEnd, wordStart } from './borders.ts';
import { fold, hasToken, isFolded, noPastes, type Pastes } from './pastes.ts';

type Snapshot = { readonly text: string; readonly cursor: number };
type Region = { readonly start: number; readonly end: number };

/** What is being written. Lines end in `\n`; the cursor always stands between two characters as they are drawn. */
export type Editor = Snapshot & {
  readonly pastes: Pastes;
  /** Column that up and down keep to, until something else happens. */
  readonly goal: number | undefined;
  /** Oldest first. */
  readonly undo: readonly Snapshot[];
  readonly redo: readonly Snapshot[];
  /** What was cut, newest first. */
  readonly kills: readonly string[];
  readonly last: Last;
};
type Last =
  | { readonly kind: 'typed'; readonly isSpace: boolean }
  | { readonly kind: 'killed' }
  | ({ readonly kind: 'yanked'; readonly index: number } & Region)
  | { readonly kind: 'other' };

type Move = 'left' | 'right' | 'word-left' | 'word-right' | 'line-start' | 'line-end' | 'start' | 'end';
type Kill = 'word-left' | 'argument-left' | 'word-right' | 'line-left' | 'line-right';
export type Edit =
  | { readonly kind: 'type' | 'paste'; readonly text: string }
  | { readonly kind: 'replace'; readonly start: number; readonly end: number; readonly text: string }
  /** All of it; can be undone. */
  | { readonly kind: 'put'; readonly text: string; readonly cursor?: number }
  | { readonly kind: 'move'; readonly to: Move }
  | { readonly kind: 'go'; readonly to: number; readonly goal: number }
  | { readonly kind: 'delete'; readonly what: 'left' | 'right' }
  | { readonly kind: 'kill'; readonly what: Kill }
  | { readonly kind: 'yank' | 'yank-older' | 'undo' | 'redo' }
  /** Empty, with nothing to undo; what was cut stays. */
  | { readonly kind: 'begin' }
  /** Lets go of pastes that only undo or yank would bring back. */
  | { readonly kind: 'forget' };

const other: Last = { kind: 'other' };

export const emptyEditor: Editor = {
  text: '',
  cursor: 0,
  pastes: noPastes,
  goal: undefined,
  undo: [],
  redo: [],
  kills: [],
  last: other,
};

export function reduceEditor(editor: Editor, edit: Edit): Editor {
  const { text, cursor } = editor;
  switch (edit.kind) {
    case 'type':
      return edit.text === '' ? editor : type(editor, edit.text);
    case 'paste':
      return insert(editor, edit.text, isFolded(edit.text));
    case 'replace':
      return change(editor, edit, edit.text);
    case 'put':
      return put(editor, edit);
    case 'move':
      return { ...editor, cursor: moved(editor, edit.to), goal: undefined, last: other };
    case 'go':
      return { ...editor, cursor: borderFrom(text, edit.to), goal: edit.goal, last: other };
    case 'delete':
      return edit.what === 'left'
        ? change(editor, { start: previousBorder(text, cursor), end: cursor }, '')
        : change(editor, { start: cursor, end: nextBorder(text, cursor) }, '');
    case 'kill':
      return kill(editor, killed(editor, edit.what));
    case 'yank':
      return yank(editor, 0, { start: cursor, end: cursor });
    case 'yank-older':
      return editor.last.kind === 'yanked' ? yank(editor, editor.last.index + 1, editor.last) : editor;
    case 'undo':
      return undo(editor);
    case 'redo':
      return redo(editor);
    case 'begin':
      return { ...emptyEditor, kills: editor.kills.filter(cut => !hasToken(cut)) };
    case 'forget':
      return forget(editor);
    default:
      return unreachable(edit);
  }
}

/** Letters that follow each other are undone together, a word at a time. */
function type(editor: Editor, text: string): Editor {
  const isSpace = /^\s*$/u.test(text);
  const { last } = editor;
  const isOneStep = last.kind === 'typed' && (isSpace || !last.isSpace);
  const next = insert(editor, text, isFolded(text));
  return { ...next, undo: isOneStep ? editor.undo : next.undo, last: { kind: 'typed', isSpace } };
}

function insert(editor: Editor, text: string, isToFold: boolean): Editor {
  const here = { start: editor.cursor, end: editor.cursor };
  if (text === '') return editor;
  if (!isToFold && editor.text.length + text.length <= limits.composerChars) return change(editor, here, text);
  const { pastes, token } = fold(editor.pastes, text);
  return change({ ...editor, pastes }, here, token);
}

function put(editor: Editor, edit: Extract<Edit, { kind: 'put' }>): Editor {
  const emptied = change(editor, { start: 0, end: editor.text.length }, '');
  const isToFold = edit.text.length > limits.composerChars;
  const next = edit.text === '' ? emptied : insert(emptied, edit.text, isToFold);
  const cursor = borderFrom(next.text, edit.cursor ?? next.text.length);
  const isSame = editor.text === next.text;
  return { ...next, cursor, undo: isSame ? editor.undo : undoOf(editor), redo: isSame ? editor.redo : [] };
}

/** Every change of the text comes through here. The characters around may join: the cursor goes to the next border. */
function change(editor: Editor, { start, end }: Region, inserted: string): Editor {
  if (start === end && inserted === '') return { ...editor, goal: undefined, last: other };
  const text = editor.text.slice(0, start) + inserted + editor.text.slice(end);
  return {
    ...editor,
    text,
    cursor: borderFrom(text, start + inserted.length),
    goal: undefined,
    undo: undoOf(editor),
    redo: [],
    last: other,
  };
}

function undoOf(editor: Editor): readonly Snapshot[] {
  return [...editor.undo, snapshot(editor)].slice(-limits.undoSteps);
}

function snapshot({ text, cursor }: Editor): Snapshot {
  return { text, cursor };
}

function moved({ text, cursor }: Editor, to: Move): number {
  switch (to) {
    case 'left':
      return previousBorder(text, cursor);
    case 'right':
      return nextBorder(text, cursor);
    case 'word-left':
      return wordStart(text, cursor);
    case 'word-right':
      return wordEnd(text, cursor);
    case 'line-start':
      return lineStart(text, cursor);
    case 'line-end':
      return lineEnd(text, cursor);
    case 'start':
      return 0;
    case 'end':
      return text.length;
    default:
      return unreachable(to);
  }
}

/** At the edge of a line its end goes with it. */
function killed({ text, cursor }: Editor, what: Kill): Region {
  switch (what) {
    case 'word-left':
      return { start: wordStart(text, cursor), end: cursor };
    case 'argument-left':
      return { start: wordStart(text, cursor, true), end: cursor };
    case 'word-right':
      return { start: cursor, end: wordEnd(text, cursor) };
    case 'line-left': {
      const start = lineStart(text, cursor);
      return { start: start === cursor ? Math.max(0, cursor - 1) : start, end: cursor };
    }
    case 'line-right': {
      const end = lineEnd(text, cursor);
      return { start: cursor, end: end === cursor ? Math.min(text.length, cursor + 1) : end };
    }
    default:
      return unreachable(what);
  }
}

/** Cuts that follow each other are one. */
function kill(editor: Editor, region: Region): Editor {
  const cut = editor.text.slice(region.start, region.end);
  if (cut === '') return editor;
  const [newest = '', ...older] = editor.kills;
  const isBackward = region.end === editor.cursor;
  const joined = isBackward ? cut + newest : newest + cut;
  const kills = editor.last.kind === 'killed' ? [joined, ...older] : [cut, ...editor.kills];
  return { ...change(editor, region, ''), kills: kills.slice(0, limits.killRing), last: { kind: 'killed' } };
}

function yank(editor: Editor, index: number, over: Region): Editor {
  const at = editor.kills.length === 0 ? 0 : index % editor.kills.length;
  const cut = editor.kills[at];
  if (cut === undefined || editor.text.length + cut.length > limits.composerChars) return editor;
  const next = change(editor, over, cut);
  return { ...next, last: { kind: 'yanked', index: at, start: over.start, end: over.start + cut.length } };
}

function undo(editor: Editor): Editor {
  const before = editor.undo.at(-1);
  if (!before) return editor;
  const redo = [...editor.redo, snapshot(editor)].slice(-limits.undoSteps);
  return { ...editor, ...before, undo: editor.undo.slice(0, -1), redo, goal: undefined, last: other };
}

function redo(editor: Editor): Editor {
  const after = editor.redo.at(-1);
  if (!after) return editor;
  return { ...editor, ...after, redo: editor.redo.slice(0, -1), undo: undoOf(editor), goal: undefined, last: other };
}

function forget(editor: Editor): Editor {
  const pastes = new Map([...editor.pastes].filter(([token]) => editor.text.includes(token)));
  return { ...editor, pastes, undo: [], redo: [], kills: editor.kills.filter(cut => !hasToken(cut)), last: other };
}
