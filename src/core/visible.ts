/** Control, format and bidirectional characters other than the tab: what can make a line show something else than it holds. */
const hidden = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line in which every control or invisible character is shown escaped, as `\x1b` or `\u{202e}`. Lone surrogates become U+FFFD. */
export function visible(line: string): string {
  return line.toWellFormed().replace(hidden, character => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
