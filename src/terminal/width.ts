const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]|\ufe0f/u;
const zero = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const ascii = /^[\x20-\x7e]*$/;

/** Columns that a text without control sequences takes in a terminal. East Asian wide characters and emoji take two (UAX #11). */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += widthOfCharacter(segment);
  return width;
}

/** Of one character as it is drawn (a grapheme). */
export function widthOfCharacter(character: string): number {
  if (zero.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The longest beginning that takes at most so many columns; an ellipsis, one cell wide, stands for what was cut. */
export function clip(text: string, columns: number, ellipsis = '…'): string {
  if (columns < 1) return '';
  return widthOf(text) <= columns ? text : `${beginningOf(text, columns - 1)}${ellipsis}`;
}

/** The longest beginning that takes at most so many columns. */
export function beginningOf(text: string, columns: number): string {
  if (ascii.test(text)) return text.slice(0, Math.max(0, columns));
  let width = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += widthOfCharacter(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept;
}
