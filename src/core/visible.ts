/** Control, format and bidirectional characters other than the tab: what can make a line show something else than it holds. */
const hidden = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line in which every control or invisible character is shown escaped, as `\x1b` or `\u202e`. Lone surrogates become U+FFFD. */
export function visible(line: string): string {
  return line.toWellFormed().replace(hidden, character => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
