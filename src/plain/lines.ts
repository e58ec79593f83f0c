import { exitCodes } from '../core/exit-code.ts';
import type { Io } from '../core/ports.ts';
import { waitFor } from '../engine/wait-for.ts';
import type { Change } from '../store/store.ts';
import { leave, unasked } from '../tasks/leave-chat.ts';
import { openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { openVisit } from '../tasks/visit.ts';
import { bannerLines, foundLines } from '../terminal/banner.ts';
import type { Start } from './interactive.ts';
import { createPlainLook } from './look.ts';
import { createPlainStory } from './story.ts';

/** Input that comes from a pipe: each line is a turn, and the end comes when nothing is owed. Nobody can be asked. Returns the exit code. */
export async function runLines(
  program: Program,
  start: Start,
  { io, signal }: { readonly io: Io; readonly signal: AbortSignal },
): Promise<number> {
  const { base, store } = program;
  const look = createPlainLook({
    color: program.color,
    isTerminal: io.isOutTerminal,
    columns: io.columns(),
    display: program.display,
  });
  let written: Promise<void> = Promise.resolve();
  const closed = new AbortController();
  const print = (rows: readonly string[]) => {
    written = written.then(() => io.out(rows.map(row => `${row}\n`).join('')));
    written.catch(error => closed.abort(error));
  };
  const ending = AbortSignal.any([signal, closed.signal]);
  const opened = await openVisit(program, {
    chat: start.chat,
    title: start.prompt,
    model: () => start.choice.handle,
    appendSystemPrompt: start.appendSystemPrompt,
    canAsk: false,
  });
  const { session, chat } = opened;
  const story = createPlainStory({ look: () => look, print, onStatus: () => undefined });
  story.note([...bannerLines(program, start.choice, opened, look), ...foundLines(opened, look)]);
  let wake: (change: Change) => void = () => undefined;
  const unsubscribe = session.subscribe(chat.lastSeq, event => {
    story.tell(event);
    wake({ kind: 'elsewhere' });
  });
  /** Commits, and what the session tells of besides: that it has become idle is no commit. */
  const watched = {
    onChange(listener: (change: Change) => void) {
      wake = listener;
      return store.onChange(listener);
    },
  };
  const until = (isThere: () => Promise<true | undefined>) => waitFor({ ...base, store: watched }, ending, isThere);

  /** Nothing waits that starts a turn, no turn runs, all of it is shown; `withTasks`: and no task is open. */
  async function isQuiet(withTasks: boolean): Promise<true | undefined> {
    if (session.state() === 'working') return undefined;
    if ((await store.pending(chat.id, 'main')).some(row => row.wakes)) return undefined;
    if (withTasks && (await openTasks(store, chat.id)).length > 0) return undefined;
    const now = await store.chat(chat.id);
    return now === undefined || Math.max(story.seq(), chat.lastSeq) >= now.lastSeq ? true : undefined;
  }

  let code: number = exitCodes.done;
  async function turn(text: string): Promise<void> {
    const id = await session.send(text);
    story.said(id, text);
    await until(() => isQuiet(false));
    if (story.hasFailed()) code = exitCodes.failed;
  }

  try {
    if (start.prompt !== '') await turn(start.prompt);
    for await (const line of linesOf(io.input(), ending)) if (line.trim() !== '') await turn(line);
    await until(() => isQuiet(true));
    if (story.hasFailed()) code = exitCodes.failed;
    await written;
  } catch (error) {
    if (!ending.aborted) throw error;
  } finally {
    unsubscribe();
    await leave(program, opened, unasked(program));
  }
  return code;
}

/** Lines of the input as they are complete; ends early, without an error, when `signal` is aborted. */
async function* linesOf(input: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  const chunks = input[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>(resolve => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let rest = '';
  for (;;) {
    const chunk = await Promise.race([chunks.next(), aborted]);
    if (chunk === undefined) return;
    if (chunk.done) break;
    const lines = (rest + chunk.value).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
