/**
 * Cuts the middle out of a text that is longer than `max` UTF-16 units and says how much was left out; never splits a surrogate pair.
 * The result is at most `max` plus the length of the note.
 */
export function cutMiddle(text: string, max: number, note: (omitted: number) => string): string {
  if (text.length <= max) return text;
  const head = text.slice(0, Math.ceil(max / 2)).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(text.length - Math.floor(max / 2)).replace(/^[\udc00-\udfff]/, '');
  return `${head}\n${note(text.length - head.length - tail.length)}\n${tail}`;
}

/** One line of at most `max` characters, for people: white space folded, cut with an ellipsis. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** `1 task`, `1,200 tasks`. */
export function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** The same text in memory of its own: a piece that was cut out of a long text otherwise keeps all of it alive. */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}
