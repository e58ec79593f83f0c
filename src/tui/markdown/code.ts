import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import type { Painter } from '../../terminal/span.ts';
import { drawLine, wrapSpans } from './wrap.ts';

/** Rows of code. Lines that are too long go on in the next row. */
export function codeRows(code: string, language: string | undefined, look: Look): string[] {
  const painter = painterOf(language, look);
  return code.split('\n').flatMap(line => codeLineRows(line, painter, look));
}

/** The first word of what stands after a fence names the language. */
export function painterOf(info: string | undefined, look: Look): Painter | undefined {
  const [language] = (info ?? '')
    .trim()
    .toLowerCase()
    .split(/[\s{,]/, 1);
  return language ? look.highlight?.(language) : undefined;
}

export function codeLineRows(line: string, painter: Painter | undefined, look: Look): string[] {
  const text = line.replaceAll('\t', '  ');
  const spans = painter ? painter.paint(text) : [{ text: visible(text), roles: ['code' as const] }];
  return wrapSpans(spans, look.columns - 2).map(row => `  ${drawLine(row, look)}`.trimEnd());
}
