import type { Command } from 'commander';
import { duration } from '../../core/duration.ts';
import { unreachable } from '../../core/error.ts';
import { printable } from '../../core/printable.ts';
import { relativeTime } from '../../core/relative-time.ts';
import { oneLine } from '../../core/text.ts';
import { totalTokens } from '../../core/usage.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { findTask } from '../../tasks/find-task.ts';
import type { Program } from '../../tasks/program.ts';
import type { CommandContext } from '../command.ts';
import { iso, type TaskDetails, taskDetailsJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, painter, paintStatus, printJson } from '../output.ts';

export function showCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'show', 'Show one task with its report.')
    .argument('<id>', 'id of the task, or a part of it that no other has')
    .option('--json', 'print an object');
  withExamples(command, [
    ['legwork tasks show 4f7k2m9x', ''],
    ['legwork tasks show 4f7k2m9x --json | jq -r .outcome.report', 'the report alone'],
  ]).action(async (id: string, given: { json?: boolean }) => {
    const program = await context.open();
    const [task] = await asTheyStand(program, [await findTask(program.store, id)]);
    if (!task) throw new Error(`task ${id} was lost while it was looked at`);
    const details = await detailsOf(program, task);
    if (given.json) return printJson(context.io, taskDetailsJson(task, details));
    await context.io.out(drawn(program, context, task, details));
  });
}

async function detailsOf({ store, base }: Program, task: Task): Promise<TaskDetails> {
  return {
    dependsOn: await store.dependencies(task.id),
    dependants: await store.dependants(task.id),
    subtree: await store.subtree(task.id),
    transcript: base.transcripts.path(task),
  };
}

function drawn(program: Program, { io }: CommandContext, task: Task, details: TaskDetails): string {
  const chalk = painter(io, program);
  const now = program.base.clock.now();
  const moment = (at: number | undefined) => (at === undefined ? undefined : `${iso(at)} (${relativeTime(at, now)})`);
  const reason = task.status === 'waiting' ? task.waitReason : task.parkReason;
  const { usage, toolUses, steps, tasks } = details.subtree;
  const head = fields([
    ['task', task.id],
    ['status', `${paintStatus(chalk, task.status)(task.status)}${reason === undefined ? '' : ` (${reason})`}`],
    ['chat', task.chatId],
    ['agent', task.agentType],
    ['description', printable(task.description)],
    ['model', task.model],
    ['permissions', task.spec.policies.at(-1)?.mode],
    ['attempt', attemptText(task)],
    ['budget', budgetText(task)],
    ['priority', task.priority === 0 ? undefined : String(task.priority)],
    ['created', `${moment(task.createdAt)} by ${task.creator} (${task.origin})`],
    ['not before', moment(task.notBefore)],
    ['started', moment(task.startedAt)],
    ['ended', moment(task.endedAt)],
    ['took', task.startedAt === undefined ? undefined : duration((task.endedAt ?? now) - task.startedAt)],
    ['depends on', details.dependsOn.length === 0 ? undefined : details.dependsOn.join(', ')],
    ['needed by', details.dependants.length === 0 ? undefined : details.dependants.join(', ')],
    ['metadata', metadataText(task)],
    ['steps', `${steps}, ${toolUses} tool uses${tasks > 1 ? `, ${tasks - 1} tasks under it` : ''}`],
    ['tokens', totalTokens(usage)?.toString()],
    ['cost', usage.costUsd === undefined ? undefined : `$${usage.costUsd.toFixed(4)}`],
    ['transcript', details.transcript],
  ]);
  const failures = task.failures.map(failure => `earlier attempt: ${printable(oneLine(failure, 500))}\n`).join('');
  return `${head}${failures}\n${chalk.bold('Instruction')}\n${printable(task.prompt)}\n${outcomeText(task, chalk.bold)}`;
}

/** Only attempts whose process went away are limited: a task that is handed over or parked begins another one for nothing. */
export function attemptText({
  attempt,
  failures,
  maxAttempts,
}: Pick<Task, 'attempt' | 'failures' | 'maxAttempts'>): string {
  if (attempt === 0) return 'not started';
  return failures.length === 0 ? `${attempt}` : `${attempt} (${failures.length} of ${maxAttempts} cut off)`;
}

function metadataText({ metadata }: Task): string | undefined {
  const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? undefined : printable(pairs.join(', '));
}

function budgetText({ spec: { budget } }: Task): string | undefined {
  if (budget === undefined) return undefined;
  const { tokens, usd, seconds } = budget;
  const ceilings = [
    tokens === undefined ? [] : [`${tokens} tokens`],
    usd === undefined ? [] : [`$${usd}`],
    seconds === undefined ? [] : [`${seconds} s at work`],
  ];
  return ceilings.flat().join(', ');
}

function outcomeText({ outcome }: Task, bold: (text: string) => string): string {
  if (outcome === undefined) return '';
  switch (outcome.kind) {
    case 'completed':
      return `\n${bold('Report')}\n${printable(outcome.report)}\n`;
    case 'failed':
      return `\n${bold('Failed')} (${outcome.reason})\n${printable(outcome.message)}\n${partialText(outcome.partial)}`;
    case 'stopped':
      return `\n${bold('Stopped')}\n${printable(outcome.message)}\n${partialText(outcome.partial)}`;
    default:
      return unreachable(outcome);
  }
}

function partialText(partial: string | undefined): string {
  return partial === undefined ? '' : `\nWhat it had said by then:\n${printable(partial)}\n`;
}
