import type { Command } from 'commander';
import { duration } from '../../core/duration.ts';
import type { TaskStatus } from '../../core/task-status.ts';
import { addUsage, totalTokens, type Usage } from '../../core/usage.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { CommandContext } from '../command.ts';
import { usageJson } from '../json.ts';
import { parseMoment } from '../moment.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson, tableWidth } from '../output.ts';
import { taskStatuses } from '../statuses.ts';
import { type Column, table } from '../table.ts';

type Given = { chat?: string; since?: string; json?: boolean };
type Sum = { tasks: number; statuses: Map<TaskStatus, number>; usage: Usage; toolUses: number; workedMs: number };

export function statsCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'stats', 'Count tasks, tokens and cost by agent.')
    .option('--chat <id>', 'of this chat only')
    .option('--since <time>', 'made since: 2026-11-21, or a span like 7d')
    .option('--json', 'print an object');
  withExamples(command, [
    ['legwork tasks stats --since 7d', ''],
    ['legwork tasks stats --json | jq .total.usage.cost_usd', ''],
  ]).action(async (given: Given) => {
    const program = await context.open();
    const chat = given.chat === undefined ? undefined : await findChat(program.store, given.chat);
    const now = program.base.clock.now();
    const since = given.since === undefined ? undefined : parseMoment(given.since, '--since', now, 'ago');
    const tasks = await asTheyStand(program, await program.store.tasks({ chatId: chat?.id, since }));
    const byAgent = [...Map.groupBy(tasks, task => task.agentType)].sort(([a], [b]) => (a < b ? -1 : 1));
    const sums = byAgent.map(([agent, group]) => ({ agent, sum: sumOf(group) }));
    const total = sumOf(tasks);
    if (given.json) {
      const agents = sums.map(({ agent, sum }) => ({ subagent_type: agent, ...sumJson(sum) }));
      return printJson(context.io, { total: sumJson(total), agents });
    }
    await context.io.out(drawn(sums, total, tableWidth(context.io)));
  });
}

function sumOf(tasks: readonly Task[]): Sum {
  const sum: Sum = { tasks: tasks.length, statuses: new Map(), usage: {}, toolUses: 0, workedMs: 0 };
  for (const task of tasks) {
    sum.statuses.set(task.status, (sum.statuses.get(task.status) ?? 0) + 1);
    sum.usage = addUsage(sum.usage, task.usage);
    sum.toolUses += task.toolUses;
    if (task.startedAt !== undefined && task.endedAt !== undefined) sum.workedMs += task.endedAt - task.startedAt;
  }
  return sum;
}

function sumJson({ tasks, statuses, usage, toolUses, workedMs }: Sum) {
  return {
    tasks,
    statuses: Object.fromEntries(taskStatuses.map(status => [status, statuses.get(status) ?? 0])),
    usage: usageJson(usage),
    tool_uses: toolUses,
    worked_ms: workedMs,
  };
}

function drawn(sums: readonly { agent: string; sum: Sum }[], total: Sum, width: number | undefined): string {
  const present = taskStatuses.filter(status => total.statuses.has(status));
  const columns: readonly Column[] = [
    { title: 'AGENT', isWide: true },
    ...['TASKS', ...present.map(status => status.toUpperCase()), 'TOOLS', 'TOKENS', 'COST', 'TIME'].map(title => ({
      title,
      isNumber: true,
    })),
  ];
  const rows = [...sums, { agent: 'all', sum: total }].map(({ agent, sum }) =>
    [
      agent,
      String(sum.tasks),
      ...present.map(status => String(sum.statuses.get(status) ?? 0)),
      String(sum.toolUses),
      String(totalTokens(sum.usage) ?? ''),
      sum.usage.costUsd === undefined ? '' : `$${sum.usage.costUsd.toFixed(2)}`,
      duration(sum.workedMs),
    ].map(text => ({ text })),
  );
  return table(columns, rows, width);
}
