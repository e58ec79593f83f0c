import { limits } from '../core/limits.ts';

const unseen = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'iframe',
  'head',
  'object',
  'select',
  'button',
  'canvas',
]);
const blocks = new Set(
  'address article aside blockquote dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section summary table tbody thead tfoot tr ul'.split(
    ' ',
  ),
);
const marks: Record<string, string> = { b: '**', strong: '**', i: '_', em: '_' };
/** How much is parsed between two looks at the depth. */
const sliceChars = 16 * 1024;

export type Markdown = {
  readonly title: string;
  readonly text: string /** Nested deeper than `limits.htmlDepth`: the rest is left out. */;
  readonly isCut: boolean;
};

/** The readable part of a page as Markdown: headings, links, lists, code and tables; nothing that runs. `base` completes relative links. */
export async function htmlToMarkdown(html: string, base: URL): Promise<Markdown> {
  const { Parser } = await import('htmlparser2');
  const page = createPage(base);
  const parser = new Parser(page, { decodeEntities: true, lowerCaseTags: true });
  let at = 0;
  for (; at < html.length && page.depth() <= limits.htmlDepth; at += sliceChars)
    parser.write(html.slice(at, at + sliceChars));
  const isCut = at < html.length;
  if (!isCut) parser.end();
  return { ...page.result(), isCut };
}

function createPage(base: URL) {
  const writer = createWriter();
  const lists: { ordered: boolean; items: number }[] = [];
  const links: (string | undefined)[] = [];
  let title = '';
  let isInTitle = false;
  let hidden = 0;
  let depth = 0;

  const open: Record<string, () => void> = {
    br: () => writer.line(),
    hr: () => writer.raw('---'),
    pre: () => writer.openPre(),
    code: () => writer.isPre() || writer.raw('`'),
    blockquote: () => writer.indent('> '),
    ul: () => void lists.push({ ordered: false, items: 0 }),
    ol: () => void lists.push({ ordered: true, items: 0 }),
    li: () => {
      const list = lists.at(-1);
      if (list) list.items += 1;
      writer.line();
      writer.raw(`${'  '.repeat(Math.max(0, lists.length - 1))}${list?.ordered ? `${list.items}.` : '-'} `);
    },
    td: () => writer.raw('| '),
    th: () => writer.raw('| '),
  };
  const close: Record<string, () => void> = {
    pre: () => writer.closePre(),
    code: () => writer.isPre() || writer.raw('`'),
    blockquote: () => writer.outdent(),
    ul: () => void lists.pop(),
    ol: () => void lists.pop(),
    a: () => {
      const target = links.pop();
      writer.raw(target === undefined ? '' : `](${target})`);
    },
    td: () => writer.raw(' '),
    th: () => writer.raw(' '),
  };

  return {
    onopentag(name: string, attributes: Record<string, string>) {
      depth += 1;
      if (name === 'title') isInTitle = true;
      if (unseen.has(name)) hidden += 1;
      if (hidden > 0) return;
      if (blocks.has(name)) writer.block(name === 'tr' || lists.length > 0);
      if (/^h[1-6]$/.test(name)) writer.raw(`${'#'.repeat(Number(name[1]))} `);
      if (marks[name]) writer.raw(marks[name]);
      if (name === 'a') {
        const target = linkOf(attributes.href, base);
        links.push(target);
        writer.raw(target === undefined ? '' : '[');
      }
      if (name === 'img' && attributes.alt) writer.text(`[image: ${attributes.alt}]`);
      open[name]?.();
    },
    ontext(text: string) {
      if (isInTitle) title += text;
      if (hidden === 0) writer.text(text);
    },
    onclosetag(name: string) {
      depth -= 1;
      if (name === 'title') isInTitle = false;
      if (unseen.has(name)) {
        hidden = Math.max(0, hidden - 1);
        return;
      }
      if (hidden > 0) return;
      if (marks[name]) writer.raw(marks[name]);
      close[name]?.();
      if (blocks.has(name)) writer.block(name === 'tr' || lists.length > 0);
    },
    depth: () => depth,
    result: () => ({ title: title.replace(/\s+/g, ' ').trim(), text: writer.result() }),
  };
}

/** Only what can be fetched: no script, no data, no place in the page itself. */
function linkOf(href: string | undefined, base: URL): string | undefined {
  if (!href || href.startsWith('#') || !URL.canParse(href, base.href)) return undefined;
  const url = new URL(href, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

/** Puts lines together: white space folds outside of `pre`, blocks are parted by one empty line. */
function createWriter() {
  const lines: string[] = [];
  const prefixes: string[] = [];
  let line = '';
  let isPre = false;
  const endLine = () => {
    const text = isPre ? line : line.trimEnd();
    line = '';
    if (text.trim() !== '' || isPre) lines.push(prefixes.join('') + text);
  };
  const block = (isTight: boolean) => {
    if (isPre) return;
    endLine();
    if (!isTight && lines.length > 0 && lines.at(-1)?.trim() !== '') lines.push('');
  };
  return {
    line: endLine,
    block,
    raw(text: string) {
      line += text;
    },
    text(text: string) {
      if (isPre) {
        const parts = text.split('\n');
        line += parts.shift() ?? '';
        for (const part of parts) {
          endLine();
          line = part;
        }
        return;
      }
      const folded = text.replace(/[\s\u00a0]+/g, ' ');
      line += line === '' || line.endsWith(' ') ? folded.trimStart() : folded;
    },
    isPre: () => isPre,
    openPre() {
      endLine();
      lines.push(`${prefixes.join('')}\`\`\``);
      isPre = true;
    },
    closePre() {
      if (line !== '') endLine();
      isPre = false;
      lines.push(`${prefixes.join('')}\`\`\``);
    },
    indent(prefix: string) {
      endLine();
      prefixes.push(prefix);
    },
    outdent() {
      endLine();
      prefixes.pop();
    },
    result() {
      endLine();
      return lines
        .join('\n')
        .replace(/\n{3,}/g, '\n\n')
        .trim();
    },
  };
}
