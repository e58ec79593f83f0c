import { lexer, type Token, type Tokens } from 'marked';
import { limits } from '../../core/limits.ts';
import type { Look } from '../../terminal/look.ts';
import type { Span } from '../../terminal/span.ts';
import type { Role } from '../../terminal/theme.ts';
import { widthOf } from '../../terminal/width.ts';
import { codeRows } from './code.ts';
import { spansOf, textSpan } from './spans.ts';
import { tableRows } from './table.ts';
import { drawLine, wrapSpans } from './wrap.ts';

const bullets = ['•', '◦', '▪'];
/** One block of markdown as rows: no blank row before or after it. */
export function blockRows(text: string, look: Look): string[] {
  return tokensRows(lexer(text, { gfm: true, breaks: true }), look, 0);
}

function tokensRows(tokens: readonly Token[], look: Look, depth: number): string[] {
  const drawn = tokens
    .filter(token => token.type !== 'space' && token.type !== 'checkbox')
    .map(token => tokenRows(token, look, depth));
  return drawn.flatMap((rows, at) => (at > 0 && depth === 0 ? ['', ...rows] : rows));
}

function tokenRows(token: Token, look: Look, depth: number): string[] {
  if (depth > limits.markdownDepth) return wrapped([textSpan(token.raw)], look);
  switch (token.type) {
    case 'heading':
      return wrapped(spansOf(token.tokens ?? [], look, [headingRole(token.depth)]), look);
    case 'hr':
      return [look.style('rule', look.glyphs.line.repeat(Math.min(look.columns, 40)))];
    case 'list':
      // marked's own types of its tokens.
      return listRows(token as Tokens.List, look, depth);
    case 'blockquote':
      return inside(`${look.glyphs.bar} `, 'quote', look, inner => tokensRows(token.tokens ?? [], inner, depth + 1));
    case 'code':
      return codeRows(token.text, token.lang, look);
    case 'table':
      return tableRows(token as Tokens.Table, look);
    case 'paragraph':
    case 'text':
      return wrapped(token.tokens ? spansOf(token.tokens, look) : [textSpan(token.raw)], look);
    default:
      return String(token.raw)
        .trimEnd()
        .split('\n')
        .flatMap(line => wrapped([textSpan(line)], look));
  }
}

function headingRole(depth: number): Role {
  if (depth === 1) return 'heading1';
  return depth === 2 ? 'heading2' : 'heading3';
}

function listRows(list: Tokens.List, look: Look, depth: number): string[] {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items.flatMap((item, at) => {
    const bullet = look.isAscii ? '-' : (bullets[depth % bullets.length] ?? '•');
    const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
    const mark = `${list.ordered ? `${first + at}.` : bullet} ${box}`;
    const indent = ' '.repeat(widthOf(mark));
    const rows = tokensRows(item.tokens, narrower(look, indent.length), depth + 1);
    const shown = rows.length === 0 ? [''] : rows;
    return shown.map((row, index) => (index === 0 ? look.style('bullet', mark) + row : indent + row).trimEnd());
  });
}

function inside(mark: string, role: Role, look: Look, draw: (inner: Look) => string[]): string[] {
  return draw(narrower(look, widthOf(mark))).map(row => look.style('border', mark) + look.style(role, row));
}

function narrower(look: Look, by: number): Look {
  return { ...look, columns: Math.max(1, look.columns - by) };
}

function wrapped(spans: readonly Span[], look: Look): string[] {
  return wrapSpans(spans, look.columns).map(line => drawLine(line, look));
}
