import { isFault, messageOf } from '../core/error.ts';
import type { ApprovalId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Key } from '../core/ports.ts';
import { visible } from '../core/visible.ts';
import { type OnLeave, parseOnLeave, unasked } from '../tasks/leave-chat.ts';
import { type OpenChat, openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { nameChat } from '../tasks/visit.ts';
import { failureLines } from '../terminal/entry-lines.ts';
import { readLine, runCommand } from '../terminal/slash/command.ts';
import { say } from '../terminal/slash/say.ts';
import type { Destination, ModelChoice, Stage } from '../terminal/slash/stage.ts';
import { answerOf } from '../views/question.ts';
import { slashCommands } from './commands.ts';
import { type Editor, edit, emptyEditor, submit } from './editor.ts';
import type { Look } from './look.ts';
import { questionLines, questionPrompt } from './question.ts';
import type { Bottom } from './screen.ts';
import type { PlainStory } from './story.ts';

/** How and for what a conversation is left. */
type Leaving = { readonly onLeave: OnLeave; readonly next: Destination };

export type Conversation = {
  readonly key: (key: Key) => void;
  /** What stands at the bottom of the screen now. */
  readonly bottom: () => Bottom;
  /** To be called after the log has changed: a question may have come or gone. */
  readonly lookAgain: () => void;
  /** Sends a line as if it had been typed. */
  readonly send: (text: string, by?: string) => Promise<void>;
  /** Leaves at once, without a question; what runs is parked unless the answer was given beforehand. */
  readonly leaveNow: () => void;
  readonly left: Promise<Leaving>;
};

export type ConversationOptions = {
  readonly program: Program;
  readonly open: OpenChat;
  readonly story: PlainStory;
  readonly choice: ModelChoice;
  readonly look: () => Look;
  readonly history: readonly string[];
  /** False: the first input gives the chat its name. */
  readonly isNamed: boolean;
  readonly redraw: () => void;
};

type Mode =
  | { readonly kind: 'talk' }
  | { readonly kind: 'asked'; readonly id: ApprovalId; readonly since: number }
  | { readonly kind: 'leaving'; readonly next: Leaving['next'] };

export function createConversation(options: ConversationOptions): Conversation {
  const { program, open, story, look, redraw } = options;
  const { session } = open;
  const { clock } = program.base;
  const left = Promise.withResolvers<Leaving>();
  let mode: Mode = { kind: 'talk' };
  let draft: Editor = emptyEditor(options.history);
  let reply: Editor = emptyEditor();
  let isNamed = options.isNamed;
  let lastInterrupt = Number.NEGATIVE_INFINITY;

  /** Keys right after a question appeared were meant for what stood there before (R27). */
  const isAnswering = () =>
    mode.kind === 'leaving' || (mode.kind === 'asked' && clock.monotonic() - mode.since >= limits.questionGraceMs);

  function note(...lines: string[]): void {
    story.note(lines);
  }

  function noteError(error: unknown): void {
    if (!isFault(error)) program.base.log.error('a command of the terminal failed', { error: messageOf(error) });
    note(...failureLines(messageOf(error), look()));
  }

  function attempt(work: Promise<void>): void {
    work.catch(noteError).finally(redraw);
  }

  async function send(text: string, by?: string): Promise<void> {
    const state = session.state();
    if (!isNamed) await nameChat(program, session.chatId, text);
    isNamed = true;
    const id = await session.send(text);
    story.said(id, text, by);
    if (state === 'working') note(look().paint.dim('  it waits in the inbox and is read at the next step'));
    if (state === 'viewing' && (await isDrivenElsewhere()))
      note(look().paint.dim('  another program drives this chat: it is in its inbox'));
  }

  async function isDrivenElsewhere(): Promise<boolean> {
    const lane = await program.store.lane(session.chatId, 'main');
    return lane?.driver !== undefined && lane.driver !== open.working.worker();
  }

  async function startLeaving(next: Leaving['next']): Promise<void> {
    const tasks = await openTasks(program.store, session.chatId);
    if (tasks.length === 0 || program.onExit !== 'ask') return left.resolve({ onLeave: unasked(program), next });
    mode = { kind: 'leaving', next };
    reply = emptyEditor();
    const { paint } = look();
    note(
      `${paint.bold.yellow('?')} ${paint.bold(tasks.length === 1 ? '1 task is at work.' : `${tasks.length} tasks are at work.`)}`,
      `  ${paint.cyan('k')}  keep working, in a process of its own`,
      `  ${paint.cyan('p')}  park: goes on when the chat is opened again`,
      `  ${paint.cyan('s')}  stop`,
    );
  }

  function interrupt(): void {
    const isSecond = clock.monotonic() - lastInterrupt < limits.secondInterruptMs;
    lastInterrupt = clock.monotonic();
    if (mode.kind === 'leaving') {
      left.resolve({ onLeave: 'park', next: { kind: 'quit' } });
      return;
    }
    if (isSecond) {
      attempt(startLeaving({ kind: 'quit' }));
      return;
    }
    if (draft.text !== '') draft = emptyEditor(draft.history);
    if (session.state() === 'working') session.interrupt();
    note(look().paint.dim('  Ctrl+C again leaves'));
  }

  const ended = new AbortController();
  void left.promise.then(() => ended.abort());
  const stage: Stage = {
    ...options,
    opened: open,
    session,
    chatId: session.chatId,
    notice: (text, role = 'dim') => say(options, text, role),
    leave: to => attempt(startLeaving(to)),
    left: ended.signal,
  };

  async function onLine(line: string): Promise<void> {
    const read = readLine(line);
    return read.kind === 'command' ? runCommand(slashCommands, stage, read.name, read.rest) : send(read.text);
  }

  async function onReply(line: string): Promise<void> {
    if (mode.kind === 'leaving') {
      const onLeave = parseOnLeave(line);
      if (onLeave) return left.resolve({ onLeave, next: mode.next });
      return note(look().paint.dim('  k, p or s'));
    }
    const [asked] = story.view().asked;
    if (!asked) return;
    const answer = answerOf(asked, line);
    if (!answer) return note(look().paint.dim(`  that is no answer: ${questionPrompt(asked).trim()}`));
    const isFirst = await session.answer(asked.approvalId, answer);
    if (!isFirst) return note(look().paint.dim('  somebody else had answered'));
    const { paint } = look();
    note(
      answer.verdict === 'allowed' ? paint.green(`  ${visible(answer.message ?? 'allowed')}`) : paint.red('  denied'),
    );
  }

  function enter(): void {
    if (isAnswering()) {
      const line = reply.text;
      reply = emptyEditor();
      attempt(onReply(line));
      return;
    }
    if (mode.kind !== 'talk' || draft.text.trim() === '') return;
    const line = draft.text;
    draft = submit(draft);
    attempt(onLine(line));
  }

  function lookAgain(): void {
    if (mode.kind === 'leaving') return;
    const [asked] = story.view().asked;
    if (mode.kind === 'asked' && asked?.approvalId === mode.id) return;
    if (!asked) {
      mode = { kind: 'talk' };
      return;
    }
    mode = { kind: 'asked', id: asked.approvalId, since: clock.monotonic() };
    reply = emptyEditor();
    story.note(questionLines(story.view(), asked, look()));
  }

  function key(pressed: Key): void {
    if (pressed.kind === 'key' && pressed.ctrl && pressed.name === 'c') interrupt();
    else if (pressed.kind === 'key' && pressed.ctrl && pressed.name === 'd' && draft.text === '')
      attempt(startLeaving({ kind: 'quit' }));
    else if (pressed.kind === 'key' && !pressed.meta && (pressed.name === 'return' || pressed.name === 'enter'))
      enter();
    else if (isAnswering()) reply = edit(reply, pressed);
    else draft = edit(draft, pressed);
    redraw();
  }

  function prompt(): string {
    const { paint } = look();
    const [asked] = story.view().asked;
    if (mode.kind === 'leaving') return paint.bold.yellow('keep, park or stop? k/p/s ');
    if (mode.kind === 'asked' && asked) return paint.bold.yellow(questionPrompt(asked));
    return `${paint.bold.cyan('>')} `;
  }

  return {
    key,
    lookAgain,
    send,
    bottom() {
      const editor = mode.kind === 'talk' ? draft : reply;
      return {
        live: story.status(),
        input: { prompt: prompt(), text: shown(editor.text), before: shown(editor.text.slice(0, editor.cursor)) },
      };
    },
    leaveNow: () => left.resolve({ onLeave: unasked(program), next: { kind: 'quit' } }),
    left: left.promise,
  };
}

/** A draft as it is drawn: lines stay, everything else that could act on the terminal is escaped. */
function shown(text: string): string {
  return text
    .split('\n')
    .map(line => visible(line.replaceAll('\t', '  ')))
    .join('\n');
}
