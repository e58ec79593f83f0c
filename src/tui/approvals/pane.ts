import { duration } from '../../core/duration.ts';
import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
import { questionOf } from '../../views/question.ts';
import { createChoice } from '../dialogs/choice.ts';
import { createField } from '../dialogs/field.ts';
import type { Key } from '../key.ts';
import { actionOf } from '../keys.ts';
import type { Drawn, Pane, Room } from '../pane.ts';
import { type Answer, answersTo } from './answers.ts';
import { type Subject, subjectRows } from './subject.ts';

export type ApprovalOptions = {
  readonly subject: Subject;
  /** The task that asks; undefined for the conversation itself. */
  readonly task: string | undefined;
  readonly workspace: string;
  /** How many further ones wait behind it. */
  readonly waiting: () => number;
  readonly now: () => number;
  /** Keys still belong to what stood there before (R27). */
  readonly isTooSoon: () => boolean;
  /** What stood there before. */
  readonly below: Pane;
  readonly answer: (answer: Answer, words: string) => void;
  readonly redraw: () => void;
};

/** Rows that what is asked may take, before it has to be scrolled. */
const shareOfRoom = 0.6;

/** One thing that waits for a yes or a no. */
export function createApproval(options: ApprovalOptions): Pane {
  const { subject, workspace, redraw, below } = options;
  const field = createField(redraw);
  let words: Extract<Answer, { kind: 'words' }> | undefined;
  let offset = 0;

  const choice = createChoice<Answer>({
    title: '',
    options: answersTo(subject.asked, workspace),
    choose(answer) {
      if (answer.kind !== 'words') return options.answer(answer, '');
      words = answer;
      return redraw();
    },
    cancel: () => options.answer({ kind: 'no' }, ''),
    redraw,
  });

  function keyOfWords(key: Key, answer: Extract<Answer, { kind: 'words' }>): boolean {
    if (field.key(key)) return true;
    if (key.kind !== 'key') return false;
    if (key.name === 'return') {
      if (field.text().trim() !== '') options.answer(answer, field.text().trim());
      return true;
    }
    if (key.name !== 'escape') return false;
    words = undefined;
    redraw();
    return true;
  }

  function scroll(by: number): boolean {
    offset = Math.max(0, offset + by);
    redraw();
    return true;
  }

  return {
    size: 'strip',
    key(key) {
      if (options.isTooSoon()) return below.key(key);
      if (words) return keyOfWords(key, words);
      const action = actionOf('approval', key);
      if (action !== undefined) return scroll(action === 'scroll-up' ? -5 : 5);
      // Ctrl+C stays what it is everywhere.
      if (key.kind === 'key' && key.ctrl) return false;
      return choice.key(key);
    },
    draw(look, room) {
      const head = headRows(options, look);
      const answer = words ? field.draw(words.isYes ? 'answer:' : 'no, because', look, room) : choice.draw(look, room);
      const foot = footRow(options, look);
      const fixed = head.length + answer.rows.length + 1;
      const most = Math.max(1, Math.min(room.rows - fixed, Math.ceil(room.rows * shareOfRoom)));
      const body = windowOf(subjectRows(subject, look), offset, most, look);
      offset = body.offset;
      const above = [...head, ...body.rows];
      return fitted(
        {
          rows: [...above, ...answer.rows, foot],
          cursor: answer.cursor && { ...answer.cursor, row: answer.cursor.row + above.length },
        },
        room,
      );
    },
  };
}

function headRows({ subject, task }: ApprovalOptions, { style, glyphs, columns }: Look): string[] {
  const { asked } = subject;
  const who = task === undefined ? '' : ` (task "${visible(task)}")`;
  const what = questionOf(asked) ? `A question${who}` : `${visible(asked.tool)} wants to run${who}`;
  const title = clip(`${glyphs.question} ${what}`, columns, glyphs.ellipsis);
  const reason = questionOf(asked)
    ? []
    : rowsOf(`because ${asked.reason}`, columns - 2).map(row => style('dim', `  ${row}`));
  return ['', style('warning', title), ...reason];
}

function footRow({ subject, waiting, now }: ApprovalOptions, { style, glyphs, columns }: Look): string {
  const more = waiting();
  const left = Math.max(0, subject.asked.deadline - now());
  const parts = [...(more > 0 ? [`${more} more after this`] : []), `denied by itself in ${duration(left)}`];
  return style('dim', clip(`  ${parts.join(` ${glyphs.separator} `)}`, columns, glyphs.ellipsis));
}

/** As much as there is room for; what is above and below is counted, so that nothing looks complete that is not. */
function windowOf(
  rows: readonly string[],
  offset: number,
  most: number,
  look: Look,
): { rows: string[]; offset: number } {
  if (rows.length <= most) return { rows: [...rows], offset: 0 };
  const inner = Math.max(1, most - 1);
  const at = Math.min(offset, rows.length - inner);
  const below = rows.length - at - inner;
  const hint = `  ${at} rows above, ${below} below: PageUp and PageDown`;
  return {
    rows: [...rows.slice(at, at + inner), look.style('warning', clip(hint, look.columns, look.glyphs.ellipsis))],
    offset: at,
  };
}

/** The end of it holds the answers: where there is too little room that is what stays. */
function fitted({ rows, cursor }: Drawn, room: Room): Drawn {
  const cut = Math.max(0, rows.length - room.rows);
  return { rows: rows.slice(cut), cursor: cursor && { ...cursor, row: Math.max(0, cursor.row - cut) } };
}
