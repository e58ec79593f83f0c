import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { messageOf } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import type { HeaderField } from './frontmatter.ts';
import { errorAt, type LineProblem } from './problem.ts';

const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);
type Header = { readonly fields: readonly HeaderField[]; readonly problems: readonly LineProblem[] };

/**
 * Reads header lines (the first stands on line 2 of the file) as YAML 1.2 core: no custom tags, no repeated keys, a bounded number of
 * aliases and a bounded depth. Whatever is wrong becomes a problem with its line, and then there are no fields.
 */
export function readYamlHeader(lines: readonly string[]): Header {
  const source = lines.join('\n');
  const depth = deepestNesting(source);
  if (depth > limits.definitionHeaderDepth)
    return refuse(2, `the header is nested ${depth} levels deep; at most ${limits.definitionHeaderDepth} are read`);
  const counter = new LineCounter();
  const lineAt = (offset: number | undefined) => counter.linePos(offset ?? 0).line + 1;
  try {
    const doc = parseDocument(source, {
      lineCounter: counter,
      schema: 'core',
      customTags: [],
      stringKeys: true,
      uniqueKeys: true,
      merge: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const faults = [...doc.errors, ...doc.warnings];
    if (faults.length > 0)
      return {
        fields: [],
        problems: faults.slice(0, 5).map(fault => errorAt(lineAt(fault.pos[0]), sentence(fault.code, fault.message))),
      };
    if (!isMap(doc.contents)) return refuse(2, 'the header must be lines of the form "key: value"');
    const hostile = firstRefusedKey(doc, lineAt);
    if (hostile) return { fields: [], problems: [hostile] };
    // Through JSON: an alias to what it stands in makes a value without end, which nobody could keep.
    const values = JSON.parse(JSON.stringify(doc.toJS({ maxAliasCount: limits.definitionAliases })));
    return { fields: fieldsOf(doc.contents.items, values, lineAt), problems: [] };
  } catch (error) {
    // The library throws for alias bombs and for nesting that exhausts the stack, JSON for values without end: data of a file, not a bug of ours.
    return refuse(2, `the header cannot be read as YAML: ${messageOf(error).split('\n', 1)[0]}`);
  }
}

function refuse(line: number, message: string): Header {
  return { fields: [], problems: [errorAt(line, message)] };
}

function sentence(code: string, message: string): string {
  const what = message.split('\n')[0] ?? message;
  if (code === 'DUPLICATE_KEY') return 'the same key stands twice; keep one of them';
  if (code === 'TAG_RESOLVE_FAILED') return `${what}; tags are not read, write the value without it`;
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY')
    return `${what}; put text that holds ": " in quotes, or write it after "|" on lines of its own`;
  return what;
}

function firstRefusedKey(
  doc: ReturnType<typeof parseDocument>,
  lineAt: (offset: number | undefined) => number,
): LineProblem | undefined {
  let found: LineProblem | undefined;
  visit(doc, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !refusedKeys.has(String(pair.key.value))) return undefined;
      found = errorAt(lineAt(pair.key.range?.[0]), `the key "${String(pair.key.value)}" is not allowed; take it out`);
      return visit.BREAK;
    },
  });
  return found;
}

function fieldsOf(
  pairs: readonly { key: unknown }[],
  values: Record<string, unknown>,
  lineAt: (offset: number | undefined) => number,
): HeaderField[] {
  return pairs.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    return [{ key: name, value: values[name], line: lineAt(key.range?.[0]) }];
  });
}

/** How deep flow collections and indentation can nest at most; counts brackets inside quotes too, which only errs to the safe side. */
function deepestNesting(source: string): number {
  let flow = 0;
  let deepest = 0;
  for (const line of source.split('\n')) {
    for (const character of line) {
      if (character === '[' || character === '{') flow += 1;
      if (character === ']' || character === '}') flow = Math.max(0, flow - 1);
      deepest = Math.max(deepest, flow);
    }
    deepest = Math.max(deepest, (line.match(/^(?:[ ]|[-?:] )*/)?.[0].length ?? 0) / 2);
  }
  return Math.ceil(deepest);
}
