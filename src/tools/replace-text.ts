export type Replacement =
  | {
      readonly kind: 'replaced';
      readonly bytes: Buffer;
      readonly count: number /** Byte offset of the first change, and the bytes put there. */;
      readonly start: number;
      readonly length: number;
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ambiguous'; readonly count: number };

/**
 * Replaces text in a file's bytes without decoding them, so that everything around it stays as it is: byte order mark, invalid
 * sequences, line ends. A line end in `oldText` matches LF and CRLF; in `newText` it becomes what the replaced text had, or, when that
 * was within one line, what the file has most.
 */
export function replaceText(bytes: Uint8Array, oldText: string, newText: string, replaceAll: boolean): Replacement {
  // Latin-1 maps bytes and characters one to one.
  const source = Buffer.from(bytes).toString('latin1');
  const wanted = asBytes(oldText);
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\n/g, '\\r?\\n'), 'g');
  const first = pattern.exec(source);
  if (!first) return { kind: 'not-found' };
  if (!replaceAll) {
    const count = countOverlapping(source, pattern, first.index);
    if (count > 1) return { kind: 'ambiguous', count };
  }
  const withLf = asBytes(newText);
  const withCrlf = withLf.replace(/\n/g, '\r\n');
  const hasCrlf = prefersCrlf(source);
  let count = 0;
  let length = 0;
  const replaceOne = (match: string) => {
    const replacement = (match.includes('\n') ? match.includes('\r\n') : hasCrlf) ? withCrlf : withLf;
    if (count === 0) length = replacement.length;
    count += 1;
    return replacement;
  };
  pattern.lastIndex = 0;
  const result = replaceAll
    ? source.replace(pattern, replaceOne)
    : source.slice(0, first.index) + replaceOne(first[0]) + source.slice(first.index + first[0].length);
  return { kind: 'replaced', bytes: Buffer.from(result, 'latin1'), count, start: first.index, length };
}

function asBytes(text: string): string {
  return Buffer.from(text.replace(/\r\n/g, '\n')).toString('latin1');
}

/** Occurrences that share characters are counted each: which one was meant is as unclear. */
function countOverlapping(source: string, pattern: RegExp, first: number): number {
  const most = 1_000;
  let count = 1;
  pattern.lastIndex = first + 1;
  for (let match = pattern.exec(source); match && count < most; match = pattern.exec(source)) {
    // `\r?\n` matches at the CR and once more at the LF of the same line end.
    const isSameEnd = source[match.index - 1] === '\r' && source[match.index] === '\n' && match.index - 1 === first;
    if (!isSameEnd) count += 1;
    first = match.index;
    pattern.lastIndex = match.index + 1;
  }
  return count;
}

function prefersCrlf(source: string): boolean {
  let crlf = 0;
  let lf = 0;
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
    if (source[at - 1] === '\r') crlf += 1;
    else lf += 1;
  }
  return crlf > lf;
}
