import type { ThemeName } from '../core/display.ts';
import type { ChatId } from '../core/ids.ts';
import type { Clock } from '../core/ports.ts';
import type { Session } from '../engine/session.ts';
import type { OpenChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import type { Look } from '../terminal/look.ts';
import type { Destination, ModelChoice } from '../terminal/slash/stage.ts';
import type { Story } from '../terminal/story.ts';
import type { Role } from '../terminal/theme.ts';
import type { Lend } from './app.tsx';
import type { Room } from './pane.ts';
import type { Panes } from './panes.ts';
import type { LiveText } from './reader/live-text.ts';

export type { Destination, ModelChoice };

/** What the parts of the interface share while one chat is open. */
export type Desk = {
  readonly program: Program;
  readonly opened: OpenChat;
  readonly session: Session;
  readonly chatId: ChatId;
  readonly story: Story;
  readonly panes: Panes;
  readonly choice: ModelChoice;
  readonly clock: Clock;
  /** What the lanes are saying now. */
  readonly live: LiveText;
  /** Beats of the spinners so far. */
  readonly beats: () => number;
  readonly look: () => Look;
  readonly room: () => Room;
  /** `now`: a key was pressed. `soon`: something streams; several come together in one frame. */
  readonly redraw: (when: 'now' | 'soon') => void;
  /** A line above the composer that goes by itself. */
  readonly notice: (text: string, role?: Role) => void;
  /** Does what a person asked for; a failure is shown to them. */
  readonly attempt: (work: () => Promise<void>) => void;
  /** Puts into the inbox what a person wrote, and names the chat after it when it has no name yet. */
  readonly send: (
    text: string,
    options?: { readonly takes?: 'boundary' | 'turn'; readonly by?: string },
  ) => Promise<void>;
  /** Asks what becomes of tasks at work, when there are any, and goes. */
  readonly leave: (destination: Destination) => void;
  /** Aborted when the chat is left. */
  readonly left: AbortSignal;
  readonly lend: Lend;
  readonly signal: (sequence: string) => void;
  /** Draws what comes from now on in other colours. */
  readonly setTheme: (name: ThemeName) => void;
};
