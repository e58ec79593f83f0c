import type { ChatId } from '../core/ids.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import type { Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';

export type ChatCost = {
  /** The conversation itself: answers and compactions of the main lane. */
  readonly main: Usage;
  /** Each task by itself, without those under it; newest last. */
  readonly tasks: readonly { readonly task: Task; readonly usage: Usage }[];
  readonly total: Usage;
};

export async function chatCost(store: Reader, chatId: ChatId): Promise<ChatCost> {
  const answers = await store.entries(chatId, { lane: 'main', type: 'model:answered' });
  const compactions = await store.entries(chatId, { lane: 'main', type: 'context:compacted' });
  const usages = [...answers, ...compactions].flatMap(entry => ('usage' in entry ? [entry.usage] : []));
  const main = usages.reduce(addUsage, {});
  const tasks = (await store.tasks({ chatId })).map(task => ({ task, usage: task.usage }));
  return { main, tasks, total: tasks.reduce((sum, { usage }) => addUsage(sum, usage), main) };
}
