import type { ApprovalId } from '../../core/ids.ts';
import { spelt } from '../../tasks/kind-of-use.ts';
import type { Asked } from '../../views/question.ts';
import type { Desk } from '../desk.ts';
import type { Pane } from '../pane.ts';
import type { Answer } from './answers.ts';
import { createApproval } from './pane.ts';
import { fileOf, type Subject } from './subject.ts';

/** Opens what waits for an answer, one after the other, and closes it when somebody has answered, here or elsewhere. To be called after every change of the log. */
export function watchApprovals(desk: Desk, below: Pane): { readonly look: () => void; readonly close: () => void } {
  const { story, session, clock, program } = desk;
  let open: { readonly id: ApprovalId; readonly close: () => void } | undefined;

  function look(): void {
    const [asked] = story.view().asked;
    if (open && open.id === asked?.approvalId) return;
    open?.close();
    open = undefined;
    if (asked) show(asked);
  }

  function show(asked: Asked): void {
    const since = clock.monotonic();
    let subject: Subject = { asked, before: undefined };
    const pane = createApproval({
      get subject() {
        return subject;
      },
      task: asked.lane === 'main' ? undefined : (story.view().tasks.get(asked.lane)?.description ?? asked.lane),
      workspace: desk.opened.chat.cwd,
      waiting: () => story.view().asked.length - 1,
      now: clock.now,
      isTooSoon: () => clock.monotonic() - since < program.limits.questionGraceMs,
      below,
      answer: (answer, words) => desk.attempt(() => give(asked, answer, words)),
      redraw: () => desk.redraw('now'),
    });
    open = { id: asked.approvalId, close: desk.panes.open(pane) };
    const file = fileOf(asked);
    if (asked.tool === 'Write' && file !== undefined)
      desk.attempt(async () => {
        subject = { asked, before: await textOf(desk, file) };
        desk.redraw('now');
      });
  }

  async function give(asked: Asked, answer: Answer, words: string): Promise<void> {
    if (answer.kind === 'yes-always') {
      await program.settings.allow(spelt(answer.use));
      await session.changePolicy({ kind: 'allow', ...answer.use });
    }
    if (answer.kind === 'yes-in-chat') await session.changePolicy(answer.change);
    const isYes = answer.kind !== 'no' && !(answer.kind === 'words' && !answer.isYes);
    const message = answer.kind === 'words' ? words : answer.kind === 'yes' ? answer.message : undefined;
    const isFirst = await session.answer(asked.approvalId, {
      verdict: isYes ? 'allowed' : 'denied',
      ...(message === undefined ? {} : { message }),
    });
    if (!isFirst) desk.notice('somebody else had answered');
  }

  return { look, close: () => open?.close() };
}

/** Undefined when there is no such file yet, or none that can be shown as text: then all of what is written is new. */
async function textOf({ program, opened }: Desk, file: string): Promise<string | undefined> {
  const path = file.startsWith('/') ? file : `${opened.chat.cwd}/${file}`;
  const stat = await program.files.stat(path);
  if (stat?.kind !== 'file' || stat.size > program.limits.readFileBytes) return undefined;
  return program.files.readText(path);
}
