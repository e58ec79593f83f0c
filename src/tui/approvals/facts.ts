import { duration } from '../../core/duration.ts';
import { amount } from '../../core/text.ts';
import type { Look } from '../../terminal/look.ts';
import { clip } from '../../terminal/width.ts';
import { questionOf } from '../../views/question.ts';
import { deedOf, placeOf } from './body.ts';
import { exact, hiddenIn, wholeLine } from './exact.ts';
import { partsOf, type Subject } from './subject.ts';

/** What, and who. */
export function titleRow(subject: Subject, { style, glyphs, columns }: Look): string {
  const { asked, asker } = subject;
  const who = asker.task === undefined ? '' : ` (task "${exact(asker.task)}")`;
  const what = questionOf(asked) ? `A question${who}` : `${exact(asked.tool)} ${deedOf(partsOf(subject))}${who}`;
  return style('warning', clip(`${glyphs.question} ${what}`, columns, glyphs.ellipsis));
}

/** What has to be known besides, the most important first: what does not show, what went wrong, why it is asked, where it acts. */
export function factRows(subject: Subject, look: Look): string[] {
  const { asked, problem } = subject;
  const parts = partsOf(subject);
  const hidden =
    parts.kind === 'command' ? hiddenIn(parts.command) : parts.kind === 'address' ? hiddenIn(parts.url) : 0;
  const place = placeOf(subject);
  const rows = (role: 'warning' | 'dim', text: string) =>
    wholeLine(text, look.columns - 2).map(row => look.style(role, `  ${row}`));
  return [
    ...(hidden > 0
      ? rows(
          'warning',
          `${amount(hidden, 'character', 'characters')} in it would not show as what ${hidden === 1 ? 'it is' : 'they are'}: escaped below`,
        )
      : []),
    ...(problem === undefined ? [] : rows('warning', exact(problem))),
    ...(questionOf(asked) ? [] : rows('dim', `because ${exact(asked.reason)}`)),
    ...(place === undefined ? [] : rows('dim', place)),
  ];
}

export type FootFacts = {
  readonly subject: Subject;
  readonly waiting: () => number;
  readonly now: () => number;
  readonly isAnswered: boolean;
  /** Keys are answers. */
  readonly isOpen: boolean;
};

/** What goes on around it. */
export function footRow(facts: FootFacts, { style, glyphs, columns }: Look): string {
  const { asked } = facts.subject;
  const more = facts.waiting();
  const end = questionOf(asked) ? 'dismissed' : 'denied';
  const parts = [
    ...(facts.isAnswered ? [`answering${glyphs.ellipsis}`] : []),
    ...(facts.isOpen ? [] : ['keys go on to what you were at, until you pause']),
    ...(more > 0 ? [`${more} more after this`] : []),
    `${end} by itself in ${timeLeft(asked.deadline - facts.now())}`,
  ];
  return style('dim', clip(`  ${parts.join(` ${glyphs.separator} `)}`, columns, glyphs.ellipsis));
}

/** Whole seconds: it is drawn once in each. */
function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return seconds < 60 ? `${seconds}s` : duration(seconds * 1_000);
}
