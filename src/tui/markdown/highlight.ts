import hljs from 'highlight.js/lib/core';
import { limits } from '../../core/limits.ts';
import { visible } from '../../core/visible.ts';
import type { Painter, Span } from '../../terminal/span.ts';
import type { Role } from '../../terminal/theme.ts';
import { aliases, languages } from './languages.ts';

/** Scopes of highlight.js (its "Scopes Reference") as roles; the part before the first dot decides. */
const roleOfScope: Readonly<Record<string, Role>> = {
  keyword: 'keyword',
  built_in: 'type',
  type: 'type',
  literal: 'number',
  number: 'number',
  string: 'string',
  regexp: 'string',
  subst: 'variable',
  symbol: 'number',
  class: 'type',
  function: 'function',
  title: 'function',
  comment: 'comment',
  doctag: 'comment',
  meta: 'keyword',
  tag: 'keyword',
  name: 'keyword',
  attr: 'variable',
  attribute: 'variable',
  variable: 'variable',
  'template-variable': 'variable',
  property: 'variable',
  bullet: 'bullet',
  code: 'code',
  section: 'heading3',
  operator: 'operator',
  addition: 'added',
  deletion: 'removed',
  'selector-tag': 'keyword',
  'selector-class': 'type',
  'selector-id': 'type',
};

/**
 * Colours code line by line, so that a block that streams is never read twice. highlight.js 11 cannot go on in the middle: where a line ends
 * inside of a comment or a string, the line that opened it is read again before the next one.
 */
export function highlight(language: string): Painter | undefined {
  const name = aliases[language] ?? language;
  const grammar = languages[name];
  if (!grammar) return undefined;
  if (!hljs.getLanguage(name)) hljs.registerLanguage(name, grammar);
  let carried = '';
  return {
    paint(line) {
      const before = carried === '' ? '' : `${carried}\n`;
      const { value, isOpen } = paint(before + line, name);
      carried = isOpen ? (carried === '' ? line : carried).slice(0, limits.highlightCarriedChars) : '';
      return spansOfHtml(value, before.length);
    },
  };
}

function paint(code: string, language: string): { value: string; isOpen: boolean } {
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  const scope = result._top?.scope ?? result._top?.className;
  return { value: result.value, isOpen: scope === 'comment' || scope === 'string' };
}

const escaped: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

/** The spans after the first `skipped` characters of the code. highlight.js gives nothing but text and spans with classes. */
function spansOfHtml(html: string, skipped: number): Span[] {
  const spans: Span[] = [];
  const open: (Role | undefined)[] = [];
  let left = skipped;
  for (const [, scope, close, text] of html.matchAll(/<span class="hljs-([^"]*)">|(<\/span>)|([^<]+)/g)) {
    if (scope !== undefined) open.push(roleOfScope[scope.split(/[ .]/, 1)[0] ?? '']);
    else if (close !== undefined) open.pop();
    else if (text !== undefined) {
      const plain = text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => escaped[name] ?? '');
      const shown = plain.slice(left);
      left = Math.max(0, left - plain.length);
      const role = open.findLast(one => one !== undefined);
      if (shown !== '') spans.push({ text: visible(shown), roles: role === undefined ? [] : [role] });
    }
  }
  return spans;
}
