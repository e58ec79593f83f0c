import type { Entry } from '../core/entry.ts';
import { printable } from '../core/printable.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';

/** Entries that are read at a time, so that a chat of any length takes little memory. */
const page = 1_000;

/** A chat as people read it, piece by piece. */
export async function* chatAsMarkdown(store: Reader, chat: Chat): AsyncGenerator<string> {
  yield markdownHead(chat);
  for (let after = 0; ; ) {
    const entries = await store.entries(chat.id, { after, limit: page });
    const last = entries.at(-1);
    if (!last) return;
    yield entries.map(markdown).join('');
    after = last.seq;
  }
}

function markdownHead(chat: Chat): string {
  return `# ${printable(chat.title)}\n\n${chat.id}, ${new Date(chat.createdAt).toISOString()}, ${printable(chat.cwd)}\n`;
}

/** What people read of a conversation: what was said, what tools were used, and how tasks ended. */
function markdown(entry: Entry): string {
  if (entry.type === 'task:ended') {
    const text = entry.outcome.kind === 'completed' ? entry.outcome.report : entry.outcome.message;
    return `\n## Task ${entry.taskId}: ${entry.outcome.kind}\n\n${printable(text)}\n`;
  }
  if (entry.type === 'task:queued')
    return `\n_Task ${entry.taskId} (${entry.agentType}): ${printable(entry.description)}_\n`;
  if (entry.lane !== 'main') return '';
  if (entry.type === 'user:said') return `\n## You\n\n${printable(entry.text)}\n`;
  if (entry.type === 'model:answered') {
    const tools = entry.calls.map(call => `\n_${call.tool}_\n`).join('');
    return entry.text === '' ? tools : `\n## ${entry.model}\n\n${printable(entry.text)}\n${tools}`;
  }
  return '';
}
