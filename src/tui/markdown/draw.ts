import type { Look } from '../../terminal/look.ts';
import { createMarkdownStream } from './stream.ts';

/** Rows of at most `look.columns` cells, without a blank row at the end. */
export function drawMarkdown(text: string, look: Look): string[] {
  const stream = createMarkdownStream(look);
  return [...stream.push(text), ...stream.end()];
}
