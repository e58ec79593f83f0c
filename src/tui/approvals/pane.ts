import type { Look } from '../../terminal/look.ts';
import { createChoice } from '../dialogs/choice.ts';
import { createField } from '../dialogs/field.ts';
import type { Key } from '../key.ts';
import { actionOf } from '../keys.ts';
import type { Pane } from '../pane.ts';
import { type Answer, answersTo } from './answers.ts';
import { bodyRows } from './body.ts';
import { factRows, footRow, titleRow } from './facts.ts';
import type { Gate } from './gate.ts';
import { layOut } from './layout.ts';
import type { Subject } from './subject.ts';

export type ApprovalOptions = {
  readonly subject: Subject;
  /** How many further ones wait behind it. */
  readonly waiting: () => number;
  readonly now: () => number;
  readonly gate: Gate;
  /** What stood there before and gets the keys that were meant for it; undefined: they were meant for the question before this one. */
  readonly under: (() => Pane) | undefined;
  /** Lines of a diff that are drawn. */
  readonly maxLines: number;
  readonly answer: (answer: Answer, words: string) => void;
  readonly redraw: () => void;
};
export type ApprovalPane = Pane & {
  /** What was written here and not sent. */
  readonly words: () => string;
  /** The answer could not be stored. */
  readonly reopen: () => void;
};

type Words = Extract<Answer, { kind: 'words' }>;

/** One thing that waits for a yes or a no. */
export function createApproval(options: ApprovalOptions): ApprovalPane {
  const { subject, gate, under, redraw } = options;
  const field = createField(redraw);
  const body = createBody(options);
  let words: Words | undefined;
  let isAnswered = false;
  let offset = 0;
  let page = 1;
  let isReadable = false;

  const choice = createChoice<Answer>({
    title: '',
    options: answersTo(subject),
    choose(answer) {
      if (answer.kind === 'words') words = answer;
      else give(answer, '');
      redraw();
    },
    cancel: () => give({ kind: 'no' }, ''),
    redraw,
  });

  /** Nobody says yes to what they do not see. */
  function give(answer: Answer, said: string): void {
    const isNo = answer.kind === 'no' || (answer.kind === 'words' && !answer.isYes);
    if (isAnswered || (!isReadable && !isNo)) return;
    isAnswered = true;
    options.answer(answer, said);
    redraw();
  }

  function keyOfWords(key: Key, answer: Words): boolean {
    if (field.key(key)) return true;
    if (key.kind !== 'key' || key.ctrl) return false;
    if (key.name === 'escape') {
      words = undefined;
      redraw();
      return true;
    }
    if (key.name !== 'return') return false;
    if (field.text().trim() !== '') give(answer, field.text().trim());
    return true;
  }

  function scroll(key: Key): boolean {
    const by = { 'page-up': -page, 'page-down': page, up: -1, down: 1, first: -1e9, last: 1e9 };
    const action = actionOf('approval', key);
    if (action === undefined) return false;
    offset = Math.max(0, offset + by[action]);
    redraw();
    return true;
  }

  /** To what stood there before. What was meant for the question before this one is meant for nothing now. */
  function pass(key: Key): boolean {
    if (!under) return key.kind !== 'key' || !key.ctrl;
    gate.passed();
    return under().key(key);
  }

  return {
    size: 'strip',
    words: () => (isAnswered ? '' : field.text()),
    reopen() {
      isAnswered = false;
      redraw();
    },
    key(key) {
      if (isAnswered) return key.kind !== 'key' || !key.ctrl;
      if (!gate.isOpen()) return pass(key);
      if (words) return keyOfWords(key, words) || scroll(key);
      // More than one character in one read was not pressed as an answer.
      if (key.kind !== 'key' && key.text.length > 1) return under ? pass(key) : true;
      if (scroll(key)) return true;
      // Ctrl+C stays what it is everywhere.
      return key.kind === 'key' && key.ctrl && key.name === 'c' ? false : choice.key(key);
    },
    draw(look, room) {
      const isOpen = gate.isOpen();
      const label = words?.isYes ? 'answer:' : 'no, because';
      const laid = layOut(
        {
          title: titleRow(subject, look),
          facts: factRows(subject, look),
          body: body(look),
          offset,
          answers: space => (words ? field.draw(label, look, space) : choice.draw(look, space)),
          foot: footRow({ ...options, isAnswered, isOpen: isOpen || !under }, look),
          below:
            under?.().size === 'strip' ? { isOwner: !isOpen, draw: space => under().draw(look, space) } : undefined,
        },
        look,
        room,
      );
      ({ offset, page, isReadable } = laid);
      return laid;
    },
  };
}

/** The rows of the body, made anew when the width or the colours have changed. */
function createBody({ subject, maxLines }: ApprovalOptions): (look: Look) => readonly string[] {
  let made: { readonly state: string; readonly rows: readonly string[] } | undefined;
  return look => {
    const state = `${look.columns} ${look.style('added', 'x')}`;
    if (made?.state !== state) made = { state, rows: bodyRows(subject, look, maxLines) };
    return made.rows;
  };
}
