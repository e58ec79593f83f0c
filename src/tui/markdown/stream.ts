import { limits } from '../../core/limits.ts';
import type { Look } from '../../terminal/look.ts';
import type { Painter } from '../../terminal/span.ts';
import type { Speech } from '../../terminal/story.ts';
import { blockRows } from './blocks.ts';
import { codeLineRows, painterOf } from './code.ts';
import { isBlank, startsBlock, startsItem } from './lines.ts';

/** What is being read: lines that make a block together, or the lines of a fence, each of which stands for itself. */
type Reading =
  | { readonly kind: 'block'; readonly lines: string[]; readonly isList: boolean }
  | { readonly kind: 'fence'; readonly mark: string; readonly indent: number; readonly painter: Painter | undefined };

const nothing = (): Reading => ({ kind: 'block', lines: [], isList: false });
/**
 * Markdown that still comes, as rows that stay. It is cut into blocks line by line, and a block is drawn when it is over: so how the text was
 * cut into deltas changes nothing, and nothing is read twice. An item of a list is a block, and so is each line of a code block. A reference
 * that is defined in another block is not followed.
 */
export function createMarkdownStream(look: Look): Speech {
  let reading = nothing();
  let rest = '';
  let isAfterBlock = false;
  let gap = false;
  let lastWasItem = false;

  function put(rows: readonly string[], isItem: boolean, out: string[]): void {
    if (rows.length === 0) return;
    const isTight = isItem && lastWasItem && !gap;
    if (isAfterBlock && !isTight) out.push('');
    out.push(...rows);
    isAfterBlock = true;
    lastWasItem = isItem;
    gap = false;
  }

  function closeBlock(out: string[]): void {
    if (reading.kind === 'fence') return;
    const { lines, isList } = reading;
    const hadGap = isList && lines.length > 0 && isBlank(lines.at(-1) ?? '');
    while (lines.length > 0 && isBlank(lines.at(-1) ?? '')) lines.pop();
    if (lines.length > 0) put(blockRows(lines.join('\n'), look), isList, out);
    if (hadGap) gap = true;
    reading = nothing();
  }

  function readFence(line: string, fence: Extract<Reading, { kind: 'fence' }>, out: string[]): void {
    const end = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
    if (end?.startsWith(fence.mark)) {
      reading = nothing();
      return;
    }
    const drawn = codeLineRows(line.replace(new RegExp(`^ {0,${fence.indent}}`), ''), fence.painter, look);
    out.push(...drawn);
  }

  function readLine(line: string, out: string[]): void {
    if (reading.kind === 'fence') {
      readFence(line, reading, out);
      return;
    }
    const fence = /^( {0,3})(`{3,}|~{3,})([^`]*)$/.exec(line);
    const isInItem = reading.isList && /^\s/.test(line);
    if (fence && !isInItem) {
      closeBlock(out);
      if (isAfterBlock) out.push('');
      isAfterBlock = true;
      lastWasItem = false;
      gap = false;
      const [, indent = '', mark = '', info = ''] = fence;
      reading = { kind: 'fence', mark, indent: indent.length, painter: painterOf(info, look) };
      return;
    }
    if (endsBefore(reading, line)) closeBlock(out);
    if (reading.kind === 'block' && (reading.lines.length > 0 || !isBlank(line))) {
      if (reading.lines.length === 0) reading = { kind: 'block', lines: [], isList: startsItem(line) };
      reading.lines.push(line);
    }
    // A heading and a rule are over with their line.
    if (/^ {0,3}(?:#{1,6}(?:\s|$)|(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$)/.test(line) && !isSetext(line))
      closeBlock(out);
  }

  function isSetext(line: string): boolean {
    return reading.kind === 'block' && reading.lines.length > 1 && /^ {0,3}(?:-+|=+)\s*$/.test(line);
  }

  return {
    push(delta) {
      const lines = (rest + delta).split('\n');
      rest = lines.pop() ?? '';
      // A line may end in \r\n, and the two may come apart.
      const out: string[] = [];
      for (const line of lines) readLine(line.replace(/\r$/, ''), out);
      return out;
    },
    open(maxRows) {
      const out: string[] = [];
      if (reading.kind === 'fence') out.push(...codeLineRows(rest, undefined, look));
      else {
        const text = [...reading.lines, rest].join('\n').slice(-limits.markdownOpenChars);
        if (text.trim() !== '') {
          const isTight = reading.isList && lastWasItem && !gap;
          if (isAfterBlock && !isTight) out.push('');
          out.push(...blockRows(text, look));
        }
      }
      return out.slice(-Math.max(0, maxRows));
    },
    end() {
      const out: string[] = [];
      if (rest !== '') readLine(rest.replace(/\r$/, ''), out);
      rest = '';
      closeBlock(out);
      return out;
    },
  };
}

function endsBefore(reading: Reading, line: string): boolean {
  if (reading.kind === 'fence' || reading.lines.length === 0) return false;
  const last = reading.lines.at(-1) ?? '';
  if (reading.isList)
    return startsItem(line) || (!/^\s/.test(line) && line !== '' && (isBlank(last) || startsBlock(line)));
  if (isBlank(line)) return !/^(?: {4}|\t)/.test(reading.lines[0] ?? '');
  if (isBlank(last)) return !/^(?: {4}|\t)/.test(line);
  if (/^ {0,3}>/.test(reading.lines[0] ?? '')) return startsBlock(line) && !/^ {0,3}>/.test(line);
  return startsBlock(line) || startsItem(line);
}
