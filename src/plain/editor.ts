import { limits } from '../core/limits.ts';
import type { Key } from '../core/ports.ts';

/** A draft of one or more lines, and where the cursor stands in it (UTF-16 units). */
export type Editor = {
  readonly text: string;
  readonly cursor: number;
  readonly history: readonly string[];
  /** Index in the history; its length when the draft is a new one. */
  readonly at: number;
  /** What was being written before the history was looked through. */
  readonly draft: string;
};

export function emptyEditor(history: readonly string[] = []): Editor {
  return { text: '', cursor: 0, history, at: history.length, draft: '' };
}

/** The editor after a key. Enter, Ctrl+C and Ctrl+D are not for it. Pure. */
export function edit(editor: Editor, key: Key): Editor {
  if (key.kind !== 'key') return insert(editor, key.text);
  const command = key.ctrl ? withCtrl[key.name] : key.meta ? withMeta[key.name] : plain[key.name];
  return command ? command(editor) : editor;
}

/** Empty again, with the line in the history. */
export function submit(editor: Editor): Editor {
  const isNew = editor.text.trim() !== '' && editor.history.at(-1) !== editor.text;
  return emptyEditor(isNew ? [...editor.history, editor.text].slice(-limits.inputHistory) : editor.history);
}

type Command = (editor: Editor) => Editor;

const plain: Readonly<Record<string, Command>> = {
  backspace: editor => cut(editor, before(editor.text, editor.cursor), editor.cursor),
  delete: editor => cut(editor, editor.cursor, after(editor.text, editor.cursor)),
  left: editor => ({ ...editor, cursor: before(editor.text, editor.cursor) }),
  right: editor => ({ ...editor, cursor: after(editor.text, editor.cursor) }),
  home: editor => ({ ...editor, cursor: lineStart(editor) }),
  end: editor => ({ ...editor, cursor: lineEnd(editor) }),
  up: editor => recall(editor, editor.at - 1),
  down: editor => recall(editor, editor.at + 1),
};

const withCtrl: Readonly<Record<string, Command>> = {
  a: editor => ({ ...editor, cursor: lineStart(editor) }),
  e: editor => ({ ...editor, cursor: lineEnd(editor) }),
  b: editor => ({ ...editor, cursor: before(editor.text, editor.cursor) }),
  f: editor => ({ ...editor, cursor: after(editor.text, editor.cursor) }),
  h: editor => cut(editor, before(editor.text, editor.cursor), editor.cursor),
  u: editor => cut(editor, lineStart(editor), editor.cursor),
  k: editor => cut(editor, editor.cursor, lineEnd(editor)),
  w: editor => cut(editor, wordStart(editor), editor.cursor),
  p: editor => recall(editor, editor.at - 1),
  n: editor => recall(editor, editor.at + 1),
  j: editor => insert(editor, '\n'),
};

const withMeta: Readonly<Record<string, Command>> = {
  return: editor => insert(editor, '\n'),
  enter: editor => insert(editor, '\n'),
  backspace: editor => cut(editor, wordStart(editor), editor.cursor),
};

function insert(editor: Editor, text: string): Editor {
  const { cursor } = editor;
  return {
    ...editor,
    text: editor.text.slice(0, cursor) + text + editor.text.slice(cursor),
    cursor: cursor + text.length,
  };
}

function cut(editor: Editor, from: number, to: number): Editor {
  return { ...editor, text: editor.text.slice(0, from) + editor.text.slice(to), cursor: from };
}

function recall(editor: Editor, at: number): Editor {
  const { history } = editor;
  if (at < 0 || at > history.length) return editor;
  const draft = editor.at === history.length ? editor.text : editor.draft;
  const text = history[at] ?? draft;
  return { ...editor, text, cursor: text.length, at, draft };
}

/** Start of the character (code points that are drawn as one) that ends at `index`. */
function before(text: string, index: number): number {
  return [...new Intl.Segmenter().segment(text.slice(0, index))].at(-1)?.index ?? 0;
}

function after(text: string, index: number): number {
  const [first] = new Intl.Segmenter().segment(text.slice(index));
  return index + (first?.segment.length ?? 0);
}

function lineStart({ text, cursor }: Editor): number {
  return text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd({ text, cursor }: Editor): number {
  const at = text.indexOf('\n', cursor);
  return at < 0 ? text.length : at;
}

function wordStart({ text, cursor }: Editor): number {
  return text.slice(0, cursor).replace(/\S+\s*$|\s+$/, '').length;
}
