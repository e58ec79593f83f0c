import type { Command } from 'commander';
import { openStatuses } from '../core/task-status.ts';
import type { Task } from '../store/rows.ts';
import { sightOf } from '../tasks/live-workers.ts';
import type { Program } from '../tasks/program.ts';
import { whyChat, whyTask } from '../tasks/why.ts';
import { chatFacts, taskFacts } from '../tasks/why-facts.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';
import { printJson } from './output.ts';
import { type Explained, type ExplainedTask, explainedJson, explainedText } from './why/explained.ts';
import { findSubject, type Subject } from './why/subject.ts';

/** `legwork why <id>`: why something runs, waits or is idle, from the store alone. */
export function whyCommand(context: CommandContext): Command {
  const command = newCommand(
    context.io,
    'why',
    'Say why a task or a chat runs, waits or is idle, and what lets it go on.',
  )
    .argument('<id>', 'a task, a chat, or a lane as <chat>/main; a part of an id will do')
    .option('--json', 'print an object');
  return withExamples(command, [
    ['legwork why 4f7k2m9x', 'a task, or a chat with its open tasks'],
    ["legwork why 4f7k2m9x --json | jq -r '.reasons[].kind'", ''],
  ]).action(async (id: string, { json }: { json?: boolean }) => {
    const program = await context.open();
    const subject = await findSubject(program.store, id);
    const explained = await explain(program, subject);
    const now = program.base.clock.now();
    if (json) return printJson(context.io, explainedJson(explained, now));
    await context.io.out(explainedText(explained, now));
  });
}

/** A task by itself; a chat with what is open in it; a main lane alone. */
async function explain(program: Program, subject: Subject): Promise<Explained> {
  const { store } = program;
  const sight = sightOf(program);
  const ofTask = async (task: Task): Promise<ExplainedTask> => {
    const cap = Math.min(program.limits.runningTasks, program.base.models.cap(task.model));
    return { task, reasons: whyTask(await taskFacts(store, task, sight, cap)) };
  };
  if (subject.kind === 'task') return { kind: 'task', ...(await ofTask(subject.task)) };
  const { chat } = subject;
  const reasons = whyChat(await chatFacts(store, chat, sight));
  const open = subject.kind === 'lane' ? [] : await store.tasks({ chatId: chat.id, statuses: openStatuses });
  return { kind: 'chat', chat, reasons, tasks: await Promise.all(open.map(ofTask)) };
}
