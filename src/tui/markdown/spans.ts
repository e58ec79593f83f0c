import type { Token, Tokens } from 'marked';
import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import type { Span } from '../../terminal/span.ts';
import type { Role } from '../../terminal/theme.ts';

/** Links that a terminal may be told of. Others are shown beside their text. */
const linkable = /^(?:https?:\/\/|mailto:|file:\/\/\/?)[^\s\u0000-\u001f\u007f]+$/i;

/** Inline tokens as spans. Everything that comes from outside is made visible here. */
export function spansOf(tokens: readonly Token[], look: Look, roles: readonly Role[] = []): Span[] {
  return tokens.flatMap(token => spanOf(token, look, roles));
}

/** Text as it is, with visible controls. */
export function textSpan(text: string, roles: readonly Role[] = []): Span {
  return { text: visible(text.replaceAll('\t', '  ').replaceAll('\n', ' ')), roles };
}

function spanOf(token: Token, look: Look, roles: readonly Role[]): Span[] {
  switch (token.type) {
    case 'strong':
      return spansOf(token.tokens ?? [], look, [...roles, 'strong']);
    case 'em':
      return spansOf(token.tokens ?? [], look, [...roles, 'emphasis']);
    case 'del':
      return spansOf(token.tokens ?? [], look, [...roles, 'strike']);
    case 'codespan':
      return [textSpan(unescaped(token.text), [...roles, 'code'])];
    case 'br':
      return [{ text: '\n', roles: [] }];
    case 'link':
      // marked's own type of a link has these.
      return linkSpans(token as Tokens.Link, look, roles);
    case 'image':
      return [textSpan(token.text === '' ? token.href : token.text, [...roles, 'emphasis'])];
    case 'escape':
      return [textSpan(token.text, roles)];
    default:
      return 'tokens' in token && token.tokens && token.tokens.length > 0 && token.type !== 'html'
        ? spansOf(token.tokens, look, roles)
        : [textSpan(unescaped(String(token.raw)), roles)];
  }
}

function linkSpans({ href, tokens, raw }: Tokens.Link, look: Look, roles: readonly Role[]): Span[] {
  const shown = spansOf(tokens, look, [...roles, 'link']);
  const safe = visible(href);
  const isBare = raw === href || raw === `<${href}>` || shown.map(span => span.text).join('') === safe;
  if (linkable.test(href) && safe === href && look.hasLinks) return shown.map(span => ({ ...span, href }));
  return isBare ? shown : [...shown, textSpan(` (${href})`, [...roles, 'dim'])];
}

/** marked leaves entities as they are written. */
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
}
