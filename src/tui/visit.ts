import type { ThemeName } from '../core/display.ts';
import type { Entry } from '../core/entry.ts';
import type { TerminalDevice } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { leave, type OnLeave, unasked } from '../tasks/leave-chat.ts';
import type { Program } from '../tasks/program.ts';
import { openVisit, pastOf } from '../tasks/visit.ts';
import { bannerLines, foundLines } from '../terminal/banner.ts';
import type { Look } from '../terminal/look.ts';
import type { Destination, ModelChoice } from './desk.ts';
import { furnish } from './furnish.ts';
import type { Key } from './key.ts';
import { createPulse } from './pulse.ts';
import type { Screen } from './screen.tsx';

export type FirstInput = { readonly text: string; readonly by?: string };
/** Colours that change while the program runs: those of code come when the grammars are there, the theme by `/theme`. */
export type Colours = { highlight: Look['highlight']; theme: ThemeName | undefined };
export type VisitOptions = {
  readonly colours: Colours;
  readonly program: Program;
  readonly screen: Screen;
  readonly device: TerminalDevice;
  /** Undefined: a new one. */
  readonly chat: Chat | undefined;
  readonly first: FirstInput | undefined;
  readonly choice: ModelChoice;
  readonly appendSystemPrompt: string;
  /** Leaves at once, without a question. */
  readonly ending: AbortSignal;
  readonly listen: (on: {
    readonly key: (key: Key) => void;
    readonly resized: () => void;
    readonly focused: (isFocused: boolean) => void;
  }) => void;
};

/** One chat from its opening until it is left; resolves with where to. */
export async function visit(options: VisitOptions): Promise<Destination> {
  const { program, screen, chat, first, choice, ending } = options;
  const opened = await openVisit(program, {
    chat,
    title: first?.text ?? '',
    model: () => choice.handle,
    appendSystemPrompt: options.appendSystemPrompt,
    canAsk: true,
  });
  const left = Promise.withResolvers<{ how: OnLeave; to: Destination }>();
  const pulse = createPulse(program.base.clock, program.limits);
  const furniture = furnish({
    ...options,
    opened,
    pulse,
    isNamed: chat !== undefined || first !== undefined,
    leave: left.resolve,
  });
  const { desk, draw, key } = furniture;
  pulse.onDraw(() => screen.show(draw()));
  options.listen({ key, resized: () => desk.redraw('now'), focused: furniture.focus });
  const leaveNow = () => left.resolve({ how: unasked(program), to: { kind: 'quit' } });
  ending.addEventListener('abort', leaveNow, { once: true });
  if (ending.aborted) leaveNow();
  program.onTrouble(message => desk.notice(message, 'warning'));
  const { story } = desk;
  const { older, newest } = await pastOf(program, opened.chat, chat ? program.limits.entriesShownAgain : 0);
  story.note([...bannerLines(program, choice, opened, desk.look()), ...foundLines(opened, desk.look())]);
  for (const entry of older) furniture.learn(entry);
  furniture.tell({ kind: 'entries', entries: newest });
  furniture.remember([...older, ...newest].flatMap(typed));
  const unsubscribe = desk.session.subscribe(opened.chat.lastSeq, furniture.tell);
  desk.redraw('now');
  if (first) await desk.send(first.text, first.by === undefined ? {} : { by: first.by });
  const { how, to } = await left.promise;
  ending.removeEventListener('abort', leaveNow);
  options.listen({ key: () => undefined, resized: () => undefined, focused: () => undefined });
  unsubscribe();
  furniture.close();
  const said = await leave(program, opened, how);
  const isKept = (await program.store.chat(opened.chat.id)) !== undefined;
  const lines = [
    ...(said === undefined ? [] : [said]),
    ...(to.kind === 'quit' && isKept ? ['Go on with: legwork -c'] : []),
  ];
  if (lines.length > 0) screen.print(['', ...lines.map(line => desk.look().style('dim', line))]);
  screen.show({ rows: [] });
  pulse.close();
  return to;
}

function typed(entry: Entry): string[] {
  return entry.type === 'user:said' ? [entry.text] : [];
}
