import { limits } from '../core/limits.ts';

export type JsonSource = {
  readonly value: unknown;
  /** Line on which the value at that path begins, or its nearest parent that is there; from 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
};

/** Text that is not JSON, with the line. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

type Node = { readonly line: number; readonly value: unknown; readonly children: ReadonlyMap<string, Node> };
type Cursor = { readonly text: string; position: number; line: number; depth: number };

/**
 * Reads strict JSON and remembers lines. Throws `JsonFault`: also for a key that stands twice, for `__proto__` and its like, for comments
 * (whoever writes settings would lose them) and for what is nested too deep.
 */
export function readJsonSource(text: string): JsonSource {
  const cursor: Cursor = { text: text.replace(/^\ufeff/, ''), position: 0, line: 1, depth: 0 };
  const root = readValue(cursor);
  skipSpace(cursor);
  if (cursor.position < cursor.text.length) throw fault(cursor, 'nothing may follow the closing brace');
  return { value: root.value, lineOf: path => lineOf(root, path) };
}

function lineOf(root: Node, path: readonly PropertyKey[]): number {
  let node = root;
  for (const key of path) {
    const child = node.children.get(String(key));
    if (!child) break;
    node = child;
  }
  return node.line;
}

function readValue(cursor: Cursor): Node {
  skipSpace(cursor);
  const line = cursor.line;
  const character = cursor.text[cursor.position];
  if (character === undefined) throw fault(cursor, 'the file ends too early; a value or a closing bracket is missing');
  if (character === '{') return readObject(cursor);
  if (character === '[') return readArray(cursor);
  if (character === '"') return { line, value: readString(cursor), children: new Map() };
  const word = /[^\s,\]}:"]*/y;
  word.lastIndex = cursor.position;
  const [literal = ''] = word.exec(cursor.text) ?? [];
  if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(literal)) {
    throw fault(cursor, `"${(literal || character).slice(0, 40)}" is not a value; texts stand in double quotes`);
  }
  cursor.position += literal.length;
  return { line, value: JSON.parse(literal), children: new Map() };
}

function readObject(cursor: Cursor): Node {
  const line = cursor.line;
  const children = new Map<string, Node>();
  const entries: [string, unknown][] = [];
  readItems(cursor, '}', () => {
    if (cursor.text[cursor.position] !== '"') throw fault(cursor, 'a key in double quotes is missing');
    const keyLine = cursor.line;
    const key = readString(cursor);
    if (children.has(key)) throw new JsonFault(keyLine, `the key "${key}" stands twice; keep one of them`);
    if (['__proto__', 'constructor', 'prototype'].includes(key))
      throw new JsonFault(keyLine, `the key "${key}" is not allowed; take it out`);
    skipSpace(cursor);
    if (cursor.text[cursor.position] !== ':') throw fault(cursor, `a colon is missing after "${key}"`);
    cursor.position += 1;
    const child = readValue(cursor);
    children.set(key, { ...child, line: keyLine });
    entries.push([key, child.value]);
  });
  return { line, value: Object.fromEntries(entries), children };
}

function readArray(cursor: Cursor): Node {
  const line = cursor.line;
  const children = new Map<string, Node>();
  const values: unknown[] = [];
  readItems(cursor, ']', () => {
    const child = readValue(cursor);
    children.set(String(values.length), child);
    values.push(child.value);
  });
  return { line, value: values, children };
}

/** The items between a bracket and its counterpart, separated by commas. */
function readItems(cursor: Cursor, end: ']' | '}', readItem: () => void): void {
  cursor.depth += 1;
  if (cursor.depth > limits.settingsDepth) throw fault(cursor, `nested more than ${limits.settingsDepth} levels deep`);
  cursor.position += 1;
  skipSpace(cursor);
  let isFirst = true;
  while (cursor.text[cursor.position] !== end) {
    if (!isFirst) {
      if (cursor.text[cursor.position] !== ',') throw fault(cursor, `a comma or "${end}" is missing`);
      cursor.position += 1;
      skipSpace(cursor);
      if (cursor.text[cursor.position] === end) throw fault(cursor, `a comma stands before "${end}"; take it out`);
    }
    isFirst = false;
    if (cursor.position >= cursor.text.length) throw fault(cursor, `"${end}" is missing`);
    readItem();
    skipSpace(cursor);
  }
  cursor.position += 1;
  cursor.depth -= 1;
}

function readString(cursor: Cursor): string {
  const whole = /"(?:[^"\\\n]|\\.)*"/y;
  whole.lastIndex = cursor.position;
  const [text] = whole.exec(cursor.text) ?? [];
  if (text === undefined) throw fault(cursor, 'a text does not end on its line; the closing double quote is missing');
  cursor.position += text.length;
  try {
    return JSON.parse(text);
  } catch {
    throw fault(cursor, 'a text holds a control character or an unknown escape; write a backslash as "\\\\"');
  }
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const character = cursor.text[cursor.position];
    if (character === '/') throw fault(cursor, 'comments are not possible in this file; take it out');
    if (character !== ' ' && character !== '\n' && character !== '\t' && character !== '\r') return;
    if (character === '\n') cursor.line += 1;
    cursor.position += 1;
  }
}

function fault(cursor: Cursor, message: string): JsonFault {
  return new JsonFault(cursor.line, message);
}
