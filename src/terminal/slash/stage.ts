import type { ChatId } from '../../core/ids.ts';
import type { Session } from '../../engine/session.ts';
import type { Chat } from '../../store/rows.ts';
import type { OpenChat } from '../../tasks/open-chat.ts';
import type { Program } from '../../tasks/program.ts';
import type { Look } from '../look.ts';
import type { Story } from '../story.ts';
import type { Role } from '../theme.ts';

/** The model of the next turn, and who chose it. Changed in place by `/model`. */
export type ModelChoice = { handle: string; why: string };

/** Where a chat is left for. `chat` undefined: a new one. */
export type Destination = { readonly kind: 'quit' } | { readonly kind: 'chat'; readonly chat: Chat | undefined };

/** What commands reach of the face that they are given in. */
export type Stage = {
  readonly program: Program;
  readonly opened: OpenChat;
  readonly session: Session;
  readonly chatId: ChatId;
  readonly choice: ModelChoice;
  readonly story: Pick<Story, 'note'>;
  readonly look: () => Look;
  /** A line of which nothing need stay. */
  readonly notice: (text: string, role?: Role) => void;
  /** Asks what becomes of tasks at work, when there are any, and goes. */
  readonly leave: (to: Destination) => void;
  /** Aborted when the chat is left. */
  readonly left: AbortSignal;
};
