import type { ChatId, WorkerId } from '../core/ids.ts';
import type { Schedule } from '../store/rows.ts';
import type { ScheduleChat } from '../store/store.ts';
import { hasEnded } from './lifecycle.ts';
import { isPutAside } from './tell-parked.ts';
import type { BaseDeps, Working } from './working.ts';

/** The chats of schedules whose runs a program takes that serves a chat of its own: whoever fires must see to it that they run. */
export type ServedChats = {
  readonly chats: () => readonly ChatId[];
  /** Whether the runs of a schedule may be run here: those in a chat that another program has open belong to that one. */
  mayServe(schedule: Pick<Schedule, 'ownsChat' | 'chatId'>): Promise<boolean>;
  add(chatId: ChatId): void;
  /** Reads from the store which they are now. */
  refresh(): Promise<void>;
};

/** `working`: the pool that is told when there are more of them; undefined while it is opened. */
export function createServedChats(
  { store }: Pick<BaseDeps, 'store'>,
  working: () => Pick<Working, 'worker' | 'pool'> | undefined,
): ServedChats {
  let chats: ReadonlySet<ChatId> = new Set();
  const self = (): WorkerId | undefined => working()?.worker();

  async function mayServe({ ownsChat, chatId }: Pick<Schedule, 'ownsChat' | 'chatId'>): Promise<boolean> {
    if (ownsChat || chatId === undefined) return true;
    const driver = (await store.lane(chatId, 'main'))?.driver;
    if (driver === undefined || driver === self()) return true;
    return (await store.worker(driver))?.endedAt !== undefined;
  }

  /** A chat of people is served as long as a run is under way in it. */
  async function isServed(schedule: ScheduleChat): Promise<boolean> {
    if (schedule.ownsChat) return true;
    const last = schedule.lastTaskId && (await store.task(schedule.lastTaskId));
    return last ? !hasEnded(last) && !isPutAside(last) && mayServe(schedule) : false;
  }

  return {
    chats: () => [...chats],
    mayServe,
    add(chatId) {
      chats = new Set(chats).add(chatId);
    },
    async refresh() {
      const served = new Set<ChatId>();
      for (const schedule of await store.scheduleChats()) if (await isServed(schedule)) served.add(schedule.chatId);
      const isMore = [...served].some(id => !chats.has(id));
      chats = served;
      if (isMore) working()?.pool.look();
    },
  };
}
