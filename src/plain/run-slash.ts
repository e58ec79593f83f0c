import { duration } from '../core/duration.ts';
import { AppError } from '../core/error.ts';
import { shortId } from '../core/ids.ts';
import { visible } from '../core/visible.ts';
import type { Chat, Task } from '../store/rows.ts';
import { findChat } from '../tasks/find-chat.ts';
import { hasEnded } from '../tasks/lifecycle.ts';
import type { OpenChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { stopTask } from '../tasks/stop-task.ts';
import { clip } from '../terminal/width.ts';
import type { Look } from './look.ts';
import { type Slash, slashCommands } from './slash.ts';

export type Choice = { handle: string; why: string };
/** What a command does: lines to show, or where to go. */
export type SlashResult =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'quit' }
  | { readonly kind: 'go'; readonly chat: Chat | undefined };

/** AppError for an id or a model that cannot be found. */
export async function runSlash(
  slash: Slash,
  program: Program,
  open: OpenChat,
  choice: Choice,
  look: Look,
): Promise<SlashResult> {
  switch (slash.kind) {
    case 'help':
      return lines(helpLines(look));
    case 'tasks':
      return lines(taskLines(await program.store.tasks({ chatId: open.chat.id }), program.base.clock.now(), look));
    case 'stop':
      return lines([await stopOne(program, open, slash.id)]);
    case 'model':
      if (slash.handle !== undefined) {
        choice.handle = await program.base.models.check(slash.handle);
        choice.why = '/model';
      }
      return lines([`${choice.handle} (${choice.why})`]);
    case 'new':
      return { kind: 'go', chat: undefined };
    case 'resume':
      if (slash.id !== undefined) return { kind: 'go', chat: await findChat(program.store, slash.id) };
      return lines(await chatLines(program, open.chat, look));
    case 'quit':
      return { kind: 'quit' };
  }
}

function lines(shown: readonly string[]): SlashResult {
  return { kind: 'lines', lines: shown };
}

function helpLines({ paint }: Look): string[] {
  return [
    ...slashCommands.map(({ usage, summary }) => `  ${paint.cyan(usage.padEnd(20))}${summary}`),
    paint.dim(
      '  Enter sends, also while work goes on; Alt+Enter begins a new line; ↑ and ↓ bring back what you wrote.',
    ),
    paint.dim('  Ctrl+C interrupts the turn and leaves the background alone; twice leaves.'),
  ];
}

function taskLines(tasks: readonly Task[], now: number, { columns }: Look): string[] {
  if (tasks.length === 0) return ['This chat has no tasks.'];
  return tasks
    .filter(task => !task.isSilent)
    .map(task => {
      const spent = task.startedAt === undefined ? '' : ` · ${duration((task.endedAt ?? now) - task.startedAt)}`;
      const text = `${shortId(task.id)}  ${task.status.padEnd(9)}  ${visible(task.description)} · ${task.agentType}${spent}`;
      return `  ${clip(text, columns - 2)}`;
    });
}

async function stopOne(program: Program, open: OpenChat, name: string): Promise<string> {
  const tasks = (await program.store.tasks({ chatId: open.chat.id })).filter(task => task.id.endsWith(name));
  const [task] = tasks;
  if (!task) throw new AppError('not-found', `this chat has no task ${name}; /tasks shows them`);
  if (tasks.length > 1) throw new AppError('usage', `"${name}" is the end of ${tasks.length} ids; give more of it`);
  if (hasEnded(task)) return `"${visible(task.description)}" had ended: ${task.status}`;
  const isStopped = await program.store.write(tx => stopTask(open.working.deps, tx, task.id, 'stopped by the user'));
  return isStopped ? `"${visible(task.description)}" is stopped` : `"${visible(task.description)}" had ended`;
}

async function chatLines(program: Program, current: Chat, { columns }: Look): Promise<string[]> {
  const chats = await program.store.chats({ kind: 'person', cwd: program.workspace, limit: 10 });
  const others = chats.filter(chat => chat.id !== current.id);
  if (others.length === 0) return ['There is no other chat of this directory.'];
  return others.map(chat => `  ${clip(`${shortId(chat.id)}  ${visible(chat.title)}`, columns - 2)}`);
}
