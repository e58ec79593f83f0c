import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Key } from '../key.ts';
import { type Action, actionOf } from '../keys.ts';
import type { Pane, Room } from '../pane.ts';
import { type Finding, marked } from './finding.ts';
import { createRowCache } from './row-cache.ts';
import type { ReaderSource } from './source.ts';
import { createViewport } from './viewport.ts';

export type ReaderOptions = {
  /** Safe to print. */
  readonly title: string;
  readonly source: ReaderSource;
  /** The place that is seen first; absent: the end. */
  readonly start?: number | undefined;
  readonly close: () => void;
  readonly redraw: () => void;
  /** Does what may fail, and tells of it when it does. */
  readonly attempt: (work: () => Promise<void>) => void;
};

/**
 * A whole pane that shows the rows of a source that may grow: arrows and pages, beginning and end, a search. While the end is seen it goes
 * along with it. Only what is seen is drawn.
 */
export function createReader({ title, source, start, close, redraw, attempt }: ReaderOptions): Pane {
  const ended = new AbortController();
  const rowsAt = createRowCache(source);
  const viewport = createViewport(source, rowsAt, start);
  let typing: string | undefined;
  let finding: Finding = { kind: 'nothing' };

  async function seek(words: string, step: 1 | -1, isNew: boolean): Promise<void> {
    finding = { kind: 'seeks', words };
    try {
      const found = await viewport.seek(words, step, isNew, ended.signal);
      finding = { kind: found ? 'found' : 'missing', words };
    } catch (error) {
      if (ended.signal.aborted) return;
      finding = { kind: 'missing', words };
      throw error;
    } finally {
      if (!ended.signal.aborted) redraw();
    }
  }

  function type(key: Key): void {
    if (key.kind !== 'key') typing = `${typing ?? ''}${key.text.replaceAll('\n', ' ')}`;
    else if (key.name === 'backspace') typing = typing === '' ? undefined : typing?.slice(0, -1);
    else if (key.name === 'escape' || (key.ctrl && key.name === 'c')) typing = undefined;
    else if (key.name === 'return') {
      const words = typing ?? '';
      typing = undefined;
      finding = { kind: 'nothing' };
      if (words !== '') attempt(() => seek(words, 1, true));
    }
  }

  const again = (step: 1 | -1) => {
    const { words } = finding.kind === 'nothing' ? { words: '' } : finding;
    if (words !== '') attempt(() => seek(words, step, false));
  };
  const actions: Readonly<Record<Action<'reader'>, () => void>> = {
    up: () => viewport.move(-1),
    down: () => viewport.move(1),
    'page-up': () => viewport.move(-viewport.page()),
    'page-down': () => viewport.move(viewport.page()),
    first: viewport.first,
    last: viewport.last,
    search() {
      typing = '';
    },
    next: () => again(1),
    previous: () => again(-1),
    close() {
      ended.abort();
      source.close();
      close();
    },
  };

  function take(key: Key): void {
    const action = typing === undefined ? actionOf('reader', key) : undefined;
    if (typing !== undefined) type(key);
    else if (action) actions[action]();
  }

  return {
    size: 'whole',
    draw(look, room) {
      const { head, body, foot } = divide(room);
      const { rows, isEnd } = viewport.draw(look, body);
      const shown = finding.kind === 'found' ? rows.map(row => marked(row, finding, look)) : rows;
      const blank = Array.from({ length: Math.max(0, body - shown.length) }, () => '');
      const top = head > 0 ? [headRow(title, isEnd, look, room)] : [];
      const bottom = foot > 0 ? footRow(typing, finding, look, room) : { row: '' };
      const cursor = bottom.cursor === undefined ? undefined : { row: room.rows - 1, column: bottom.cursor };
      return { rows: [...top, ...shown, ...blank, ...(foot > 0 ? [bottom.row] : [])], cursor };
    },
    key(key) {
      const keys: readonly Key[] = key.kind === 'text' ? [...key.text].map(text => ({ kind: 'text', text })) : [key];
      for (const one of keys) take(one);
      if (!ended.signal.aborted) redraw();
      return true;
    },
  };
}

function divide({ rows }: Room): { head: number; body: number; foot: number } {
  const foot = rows >= 3 ? 1 : 0;
  const head = rows >= 4 ? 1 : 0;
  return { head, body: Math.max(1, rows - head - foot), foot };
}

function headRow(title: string, isEnd: boolean, look: Look, { columns }: Room): string {
  const where = isEnd ? 'end' : 'more below';
  const left = clip(title, columns, look.glyphs.ellipsis);
  const space = columns - widthOf(left) - widthOf(where);
  return look.style('strong', left) + (space > 1 ? ' '.repeat(space) + look.style('dim', where) : '');
}

const hints = ['q back', '/ search', 'g G beginning, end', 'space b pages'];

function footRow(
  typing: string | undefined,
  finding: Finding,
  look: Look,
  { columns }: Room,
): { row: string; cursor?: number } {
  const { style, glyphs } = look;
  if (typing !== undefined) {
    const shown = `/${visible(typing)}`;
    const tail =
      widthOf(shown) < columns ? shown : `/${[...shown].slice(-Math.max(0, Math.floor(columns / 2) - 2)).join('')}`;
    return { row: clip(tail, columns, glyphs.ellipsis), cursor: widthOf(tail) };
  }
  const words = finding.kind === 'nothing' ? '' : visible(finding.words);
  if (finding.kind === 'seeks') return { row: style('dim', clip(`looks for ${words}`, columns, glyphs.ellipsis)) };
  if (finding.kind === 'missing')
    return { row: style('warning', clip(`nothing more of ${words}`, columns, glyphs.ellipsis)) };
  const told = finding.kind === 'found' ? ['n N next, before', ...hints] : hints;
  return { row: style('dim', clip(told.join(` ${glyphs.separator} `), columns, glyphs.ellipsis)) };
}
