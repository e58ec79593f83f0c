/** A line without its end, or how long a line was that was longer than the limit and was not kept. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true };

/** Cuts chunks into lines of at most `maxChars`; the last one needs no end. */
export async function* linesOf(chunks: AsyncIterable<string>, maxChars: number): AsyncGenerator<Line> {
  let pieces: string[] = [];
  let chars = 0;
  let number = 1;
  const take = (): Line => {
    const line: Line =
      chars > maxChars ? { number, tooLong: true } : { number, text: pieces.join('').replace(/\r$/, '') };
    pieces = [];
    chars = 0;
    number += 1;
    return line;
  };
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) yield take();
      chars += part.length;
      if (chars <= maxChars) pieces.push(part);
    }
  }
  if (chars > 0) yield take();
}
