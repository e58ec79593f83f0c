import type { PolicyChange } from '../../core/entry.ts';
import type { ApprovalId } from '../../core/ids.ts';
import { spelt } from '../../tasks/kind-of-use.ts';
import type { Desk } from '../desk.ts';
import type { Answer } from './answers.ts';
import { createGate } from './gate.ts';
import { type ApprovalPane, createApproval } from './pane.ts';
import { type Subject, subjectOf } from './subject.ts';

type WatchDesk = Pick<Desk, 'opened' | 'session' | 'panes' | 'clock' | 'redraw' | 'notice' | 'attempt'> & {
  readonly program: Pick<Desk['program'], 'store' | 'limits' | 'settings'>;
  readonly story: Pick<Desk['story'], 'view'>;
};
type Shown = {
  readonly id: ApprovalId;
  readonly pane: ApprovalPane;
  readonly close: () => void;
};

/**
 * Opens what waits for an answer, one after the other, oldest first, and closes it when somebody has answered, here or elsewhere. To be
 * called after every change of the log. `put`: gives text back to whoever was writing.
 */
export function watchApprovals(
  desk: WatchDesk,
  put: (text: string) => void,
): { readonly look: () => void; readonly close: () => void } {
  const { story, session, clock, program } = desk;
  let shown: Shown | undefined;
  let opening: ApprovalId | undefined;
  /** Answered here, and not gone yet. */
  let answered: ApprovalId | undefined;
  let isClosed = false;

  function look(): void {
    const [first] = story.view().asked;
    if (shown && shown.id !== first?.approvalId) leave(shown);
    if (isClosed || !first || shown || opening === first.approvalId) return;
    opening = first.approvalId;
    const isNext = answered !== undefined;
    desk.attempt(async () => {
      const subject = await subjectOf(desk.opened, first);
      opening = undefined;
      if (isClosed) return;
      if (story.view().asked[0]?.approvalId === first.approvalId) show(subject, isNext);
      else look();
    });
  }

  function show(subject: Subject, isNext: boolean): void {
    const { approvalId: id } = subject.asked;
    answered = undefined;
    const gate = createGate(clock, program.limits.questionGraceMs, () => desk.redraw('now'));
    const pane: ApprovalPane = createApproval({
      subject,
      waiting: () => story.view().asked.length - 1,
      now: clock.now,
      gate,
      under: isNext ? undefined : () => desk.panes.under(pane),
      maxLines: program.limits.approvalLines,
      answer: (answer, words) => desk.attempt(() => give(subject, answer, words)),
      redraw: () => desk.redraw('now'),
    });
    let stopCount = countDown();
    const closePane = desk.panes.open(pane);
    shown = {
      id,
      pane,
      close() {
        closePane();
        gate.close();
        stopCount();
      },
    };

    function countDown(): () => void {
      return clock.after(program.limits.countdownMs, () => {
        desk.redraw('soon');
        stopCount = countDown();
      });
    }
  }

  function leave({ id, pane, close }: Shown): void {
    shown = undefined;
    close();
    const words = pane.words();
    if (words !== '') put(words);
    if (answered !== id) desk.attempt(() => sayWho(id));
  }

  /** The end of its time and of what asked for it are told by the conversation. */
  async function sayWho(id: ApprovalId): Promise<void> {
    const row = await program.store.approval(id);
    if (row?.verdict !== 'allowed' && row?.verdict !== 'denied') return;
    const who = row.by === undefined ? 'by what is permitted now' : 'elsewhere';
    desk.notice(`${row.verdict} ${who}`, 'warning');
  }

  async function give(subject: Subject, answer: Answer, words: string): Promise<void> {
    const id = subject.asked.approvalId;
    answered = id;
    try {
      const isFirst = await session.answer(id, { ...verdictOf(answer, words), change: changeOf(subject, answer) });
      if (!isFirst) return desk.notice('somebody else was quicker: this answer does not count', 'warning');
    } catch (error) {
      answered = undefined;
      if (shown?.id === id) shown.pane.reopen();
      throw error;
    }
    if (answer.kind === 'yes-always' && subject.use) await program.settings.allow(spelt(subject.use));
  }

  return {
    look,
    close() {
      isClosed = true;
      shown?.close();
    },
  };
}

function verdictOf(answer: Answer, words: string): { verdict: 'allowed' | 'denied'; message?: string } {
  switch (answer.kind) {
    case 'no':
      return { verdict: 'denied' };
    case 'words':
      return { verdict: answer.isYes ? 'allowed' : 'denied', message: words };
    case 'yes':
      return { verdict: 'allowed', ...(answer.message === undefined ? {} : { message: answer.message }) };
    default:
      return { verdict: 'allowed' };
  }
}

/** What is allowed always is allowed in this chat too: whoever drives it may be another process. */
function changeOf({ use }: Subject, { kind }: Answer): PolicyChange | undefined {
  return use && (kind === 'yes-in-chat' || kind === 'yes-always') ? { kind: 'allow', ...use } : undefined;
}
