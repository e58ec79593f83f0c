import type { FireDeps } from './fire-schedule.ts';
import { type OpenChat, type OpenChatOptions, openChat } from './open-chat.ts';
import { startScheduler } from './scheduler.ts';
import { createServedChats } from './served-chats.ts';

/**
 * Opens a chat as `openChat` does, in a program that stays: while it is open, schedules are fired here, and what they make is run here. Nobody is
 * asked about what runs in other chats.
 */
export async function openWithSchedules(deps: FireDeps, options: OpenChatOptions): Promise<OpenChat> {
  let opened: OpenChat | undefined;
  const served = createServedChats(deps.base, () => opened?.working);
  opened = await openChat(deps.base, {
    ...options,
    alsoServes: served.chats,
    canAsk: chatId => chatId === options.chatId && options.canAsk(chatId),
  });
  const { close } = opened;
  const scheduler = startScheduler(deps, { served });
  return {
    ...opened,
    async close() {
      await scheduler.close();
      await close();
    },
  };
}
