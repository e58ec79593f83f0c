import { rowsOf } from '../../terminal/rows.ts';
import type { Desk } from '../desk.ts';
import { codeLineRows, painterOf } from '../markdown/code.ts';
import { createReader } from './pane.ts';
import { textSource } from './source.ts';

export type TextToRead = {
  /** Safe to print. */
  readonly title: string;
  readonly lines: readonly string[];
  /** Of code; its lines are drawn each by itself. Absent: plain text. */
  readonly language?: string | undefined;
};

/** Opens a text in a pane of its own. */
export function openText({ panes, redraw, attempt }: Desk, { title, lines, language }: TextToRead): void {
  const close = panes.open(
    createReader({
      title,
      source: textSource(lines, (line, look) =>
        language === undefined ? rowsOf(line, look.columns) : codeLineRows(line, painterOf(language, look), look),
      ),
      close: () => close(),
      redraw: () => redraw('now'),
      attempt,
    }),
  );
}
