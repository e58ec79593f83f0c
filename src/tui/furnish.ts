import type { Entry } from '../core/entry.ts';
import { isFault, messageOf } from '../core/error.ts';
import type { SessionEvent } from '../engine/session.ts';
import { type OnLeave, unasked } from '../tasks/leave-chat.ts';
import type { OpenChat } from '../tasks/open-chat.ts';
import { openTasks } from '../tasks/open-chat.ts';
import { nameChat } from '../tasks/visit.ts';
import { failureLines } from '../terminal/entry-lines.ts';
import { createLook } from '../terminal/look.ts';
import { createStory } from '../terminal/story.ts';
import { watchApprovals } from './approvals/watch.ts';
import { createInputs } from './composer/inputs.ts';
import { type Composer, createComposer } from './composer/pane.ts';
import { createPen } from './conversation/pen.ts';
import type { Desk, Destination } from './desk.ts';
import { askOnLeave } from './dialogs/leaving.ts';
import { drawFrame } from './frame.ts';
import { createGlobalKeys } from './global-keys.ts';
import type { Key } from './key.ts';
import { actionOf } from './keys.ts';
import type { Drawn } from './pane.ts';
import { createPanes } from './panes.ts';
import type { Pulse } from './pulse.ts';
import { createQueue } from './queue/queue.ts';
import { createLiveText } from './reader/live-text.ts';
import { openLane } from './reader/open-lane.ts';
import { createAnnouncer } from './signals/announce.ts';
import { createBranch } from './signals/branch.ts';
import { slashCommands } from './slash/index.ts';
import { readLine, runSlash } from './slash/run-slash.ts';
import { suggestCommands } from './slash/suggest.ts';
import { createCallsStrip } from './strips/calls.ts';
import { createNotices } from './strips/notices.ts';
import { createSpeechStrip } from './strips/speech.ts';
import { createStatus } from './strips/status.ts';
import { createGroupStrip } from './tasks/group.ts';
import { moveInFront, openTaskPanel } from './tasks/open-panel.ts';
import { hasTaskInFront } from './tasks/panel-list.ts';
import type { VisitOptions } from './visit.ts';

export type Furniture = {
  readonly desk: Desk;
  readonly draw: () => Drawn;
  readonly key: (key: Key) => void;
  /** The window of the terminal has gained or lost the focus. */
  readonly focus: (isFocused: boolean) => void;
  /** What was typed in this chat before, oldest first. */
  readonly remember: (typed: readonly string[]) => void;
  /** Takes an old entry in without showing it. */
  readonly learn: (entry: Entry) => void;
  readonly tell: (event: SessionEvent) => void;
  readonly close: () => void;
};
export type FurnishOptions = VisitOptions & {
  readonly opened: OpenChat;
  readonly pulse: Pulse;
  readonly isNamed: boolean;
  readonly leave: (leaving: { readonly how: OnLeave; readonly to: Destination }) => void;
};

/** Puts the parts of the interface together for one chat. */
export function furnish(options: FurnishOptions): Furniture {
  const { program, screen, opened, pulse, choice } = options;
  const { session } = opened;
  const { clock, log } = program.base;
  const left = new AbortController();
  let isNamed = options.isNamed;
  let approvals: ReturnType<typeof watchApprovals> | undefined;

  const look = () =>
    createLook({
      display: { ...program.display, theme: options.colours.theme ?? program.display.theme },
      color: program.color,
      columns: screen.room().columns,
      highlight: options.colours.highlight,
    });
  const redraw = pulse.draw;
  const story = createStory({
    pen: createPen(look),
    print: screen.print,
    onStatus: () => {
      approvals?.look();
      announce();
      redraw('soon');
      pulse.beat(isBusy);
    },
  });
  const group = createGroupStrip({ tasks: () => story.view().taskRows, now: clock.now, spin: pulse.beats });
  const isBusy = () => story.isWorking() || group.isRunning();
  const announcer = createAnnouncer(screen.signal);
  const announce = () => {
    const { title, asked } = story.view();
    announcer.update({ title: title || opened.chat.title, isWorking: isBusy(), waiting: asked.length });
  };
  const notices = createNotices(clock, program.limits.noticeMs, () => redraw('now'));
  const inputs = createInputs({ store: program.store, limits: program.limits, attempt });
  const composer: Composer = createComposer({
    limits: program.limits,
    inputs,
    room: screen.room,
    redraw: () => redraw('now'),
    notice: notices.say,
    submit: (line, takes) => submit(line, takes),
    openQueue: () => queue.open(),
    suggest: [suggestCommands(slashCommands)],
  });
  const panes = createPanes(composer, () => redraw('now'));

  function attempt(work: () => Promise<void>): void {
    work().catch(error => {
      if (!isFault(error)) log.error('a command of the terminal failed', { error: messageOf(error) });
      story.note(failureLines(messageOf(error), look()));
    });
  }

  function submit(line: string, takes: 'boundary' | 'turn'): void {
    const read = readLine(line);
    if (read.kind === 'command') runSlash(desk, read.name, read.rest);
    else attempt(() => sendOrKeep(line, read.text, takes));
  }

  const send: Desk['send'] = async (text, { takes = 'boundary', by } = {}) => {
    if (!isNamed) await nameChat(program, session.chatId, text);
    isNamed = true;
    if (by !== undefined) return story.said(await session.send(text, { takes }), text, by);
    await queue.send(text, takes, () => session.send(text, { takes }));
  };

  /** What could not be stored is not lost. */
  async function sendOrKeep(line: string, text: string, takes: 'boundary' | 'turn'): Promise<void> {
    try {
      await send(text, { takes });
    } catch (error) {
      composer.put(line);
      throw error;
    }
  }

  async function startLeaving(to: Destination): Promise<void> {
    const tasks = await openTasks(program.store, session.chatId);
    if (tasks.length === 0 || program.onExit !== 'ask') return options.leave({ how: unasked(program), to });
    const close = panes.open(
      askOnLeave(tasks.length, {
        answer: how => options.leave({ how, to }),
        cancel: () => close(),
        redraw: () => redraw('now'),
      }),
    );
  }

  const desk: Desk = {
    program,
    opened,
    session,
    chatId: session.chatId,
    story,
    panes,
    choice,
    clock,
    live: createLiveText(program.base, session.chatId, program.limits.liveTextChars),
    beats: pulse.beats,
    look,
    room: screen.room,
    redraw,
    notice: (text, role = 'dim') => notices.say(text, role),
    attempt,
    send,
    leave: to => attempt(() => startLeaving(to)),
    left: left.signal,
    lend: screen.lend,
    signal: screen.signal,
    setTheme(name) {
      options.colours.theme = name;
      redraw('now');
    },
  };
  const queue = createQueue({ ...desk, edit: composer.put });
  approvals = watchApprovals(desk, text =>
    composer.put([composer.text(), text].filter(part => part !== '').join('\n')),
  );
  approvals.look();
  const offPolicy = opened.policy.listen(() => redraw('soon'));
  const globalKeys = createGlobalKeys(desk, composer, options.device, {
    conversation: () => openLane(desk, 'main', 'The conversation in full'),
    tasks: () => openTaskPanel(desk),
    background: () => moveInFront(desk),
  });
  const branch = createBranch(program.run, log, () => redraw('soon'));
  branch.look();
  const status = createStatus({
    story,
    chatId: session.chatId,
    model: () => choice.handle,
    mode: () => opened.policy.policy.mode,
    contextWindow: () => program.base.models.facts(choice.handle).contextWindow,
    branch: branch.now,
  });
  const strips = [createSpeechStrip(story), createCallsStrip(story, pulse.beats), group, queue, notices];
  return {
    desk,
    draw: () => drawFrame({ strips, pane: panes.top(), status }, look(), screen.room()),
    key: pressed => {
      // In the composer Ctrl+B is a character back, but for the time in which there is something to let go.
      const letsGo = actionOf('anywhere', pressed) === 'background' && panes.top() === composer;
      if (letsGo && hasTaskInFront(story.view().taskRows)) moveInFront(desk);
      else if (!panes.top().key(pressed)) globalKeys(pressed);
    },
    focus: announcer.focus,
    remember: inputs.add,
    learn(entry) {
      story.learn(entry);
      queue.learn(entry);
    },
    tell(event) {
      story.tell(event);
      if (event.kind === 'entries' && event.entries.some(endsTurn)) branch.look();
      queue.tell(event);
    },
    close() {
      left.abort();
      branch.close();
      approvals?.close();
      offPolicy();
      notices.close();
      desk.live.close();
      queue.close();
    },
  };
}

function endsTurn({ type, lane }: Entry): boolean {
  return type === 'turn:ended' && lane === 'main';
}
