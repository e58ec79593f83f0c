import type { Entry } from '../core/entry.ts';
import { exitCodes } from '../core/exit-code.ts';
import { limits } from '../core/limits.ts';
import type { Io, Keyboard } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { leave } from '../tasks/leave-chat.ts';
import type { Program } from '../tasks/program.ts';
import { openVisit, pastOf } from '../tasks/visit.ts';
import { bannerLines, foundLines } from '../terminal/banner.ts';
import type { Destination, ModelChoice } from '../terminal/slash/stage.ts';
import { type Conversation, createConversation } from './converse.ts';
import { createPlainLook, type Look } from './look.ts';
import { createScreen, type Screen } from './screen.ts';
import { createPlainStory } from './story.ts';

export type InteractiveContext = { readonly io: Io; readonly signal: AbortSignal; readonly keyboard: Keyboard };
export type Start = {
  /** Undefined: a new one. */
  readonly chat: Chat | undefined;
  readonly prompt: string;
  readonly choice: ModelChoice & { readonly isFallback: boolean };
  readonly appendSystemPrompt: string;
};
/** The bearer of what lasts longer than one chat. */
type Desk = {
  readonly program: Program;
  readonly screen: Screen;
  readonly look: () => Look;
  readonly choice: ModelChoice;
  readonly keys: Keys;
};
type Keys = { current: Conversation | undefined; isGone: boolean };

/** What the demo is asked by itself in a first chat. */
const demoInput = 'show me what you can do';

/** Chats in a terminal, until the user leaves. Returns the exit code. */
export async function runInteractive(program: Program, start: Start, context: InteractiveContext): Promise<number> {
  const { io, signal, keyboard } = context;
  const keys: Keys = { current: undefined, isGone: false };
  const gone = () => {
    keys.isGone = true;
    keys.current?.leaveNow();
  };
  const screen = createScreen(io, gone);
  const desk: Desk = {
    program,
    screen,
    keys,
    look: () =>
      createPlainLook({
        color: program.color,
        isTerminal: io.isOutTerminal,
        columns: Math.max(20, io.columns()),
        display: program.display,
      }),
    choice: { handle: start.choice.handle, why: start.choice.why },
  };
  const stopListening = keyboard.listen({
    key: key => keys.current?.key(key),
    gone,
    resized: () => keys.current && screen.setBottom(keys.current.bottom()),
  });
  signal.addEventListener('abort', gone, { once: true });
  if (signal.aborted) gone();
  try {
    let next: Destination = { kind: 'chat', chat: start.chat };
    let first: FirstInput | undefined = firstInput(start);
    while (next.kind === 'chat') {
      next = await visit(desk, next.chat, first, start.appendSystemPrompt);
      first = undefined;
    }
    await screen.close().catch(ignoreGone);
    return exitCodes.done;
  } finally {
    stopListening();
    signal.removeEventListener('abort', gone);
  }
}

type FirstInput = { readonly text: string; readonly by?: string };

function firstInput({ chat, prompt, choice }: Start): FirstInput | undefined {
  if (prompt !== '') return { text: prompt };
  return choice.isFallback && !chat ? { text: demoInput, by: '(demo) ' } : undefined;
}

/** One chat from its opening until it is left. */
async function visit(
  { program, screen, look, choice, keys }: Desk,
  chat: Chat | undefined,
  first: FirstInput | undefined,
  appendSystemPrompt: string,
): Promise<Destination> {
  const opened = await openVisit(program, {
    chat,
    title: first?.text ?? '',
    model: () => choice.handle,
    appendSystemPrompt,
    canAsk: true,
  });
  const redraw = () => {
    if (keys.current) screen.setBottom(keys.current.bottom());
  };
  const story = createPlainStory({ look, print: screen.print, onStatus: redraw });
  program.onTrouble(message => screen.print([look().paint.dim(message)]));
  story.note([
    ...bannerLines(program, choice, opened, look()),
    look().paint.dim('/help lists the commands. Ctrl+C interrupts, twice leaves.'),
  ]);
  const { older, newest } = await pastOf(program, opened.chat, chat ? limits.entriesShownAgain : 0);
  for (const entry of older) story.learn(entry);
  story.tell({ kind: 'entries', entries: newest });
  if (opened.found) story.note(foundLines(opened, look()));
  const current = createConversation({
    program,
    open: opened,
    story,
    choice,
    look,
    history: [...older, ...newest].flatMap(typed),
    isNamed: chat !== undefined || first !== undefined,
    redraw,
  });
  keys.current = current;
  if (keys.isGone) current.leaveNow();
  const unsubscribe = opened.session.subscribe(opened.chat.lastSeq, event => {
    story.tell(event);
    current.lookAgain();
    redraw();
  });
  current.lookAgain();
  redraw();
  if (first) await current.send(first.text, first.by);
  const { onLeave, next } = await current.left;
  keys.current = undefined;
  unsubscribe();
  const said = await leave(program, opened, onLeave);
  const isKept = (await program.store.chat(opened.chat.id)) !== undefined;
  const how = next.kind === 'quit' && isKept ? ['Go on with: legwork -c'] : [];
  screen.setBottom({ live: [], input: undefined });
  screen.print(['', ...[said ?? [], how].flat().map(line => look().paint.dim(line))]);
  return next;
}

function typed(entry: Entry): string[] {
  return entry.type === 'user:said' ? [entry.text] : [];
}

/** The terminal is gone: there is nobody to draw the last frame for. */
function ignoreGone(): void {}
