import { messagesOf } from '../engine/context.ts';
import type { Message } from '../models/model.ts';
import type { Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';

/** What stands in place of a result of the calls that were under way when the lane was forked. */
const forkedHere = 'Under way when this work was forked off. You are the one who does the work that follows.';

/** The history that precedes a task's own lane in what its model sees: the stretches of other lanes that were fixed at the spawn. */
export async function baseMessages(reader: Reader, task: Task): Promise<Message[]> {
  let messages: Message[] = [];
  for (const { lane, throughSeq } of task.spec.base) {
    messages = messagesOf(await reader.entries(task.chatId, { lane, through: throughSeq }), messages, forkedHere);
  }
  return messages;
}
