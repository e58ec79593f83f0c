/** What a line of markdown begins, by itself (CommonMark 0.31, the parts that matter for where a block ends). */

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** An item of an outermost list. */
export function startsItem(line: string): boolean {
  return /^ {0,1}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/.test(line) && !/^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,})$/.test(line);
}

/** A heading, a rule, a fence or a quote: what ends a paragraph without a blank line. */
export function startsBlock(line: string): boolean {
  return /^ {0,3}(?:#{1,6}(?:\s|$)|`{3,}|~{3,}|>|(?:\*\s*){3,}$|(?:_\s*){3,}$)/.test(line);
}
