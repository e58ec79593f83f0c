import { duration } from '../../core/duration.ts';
import type { Outcome } from '../../core/entry.ts';
import { unreachable } from '../../core/error.ts';
import { visible } from '../../core/visible.ts';
import type { Task } from '../../store/rows.ts';
import { figures } from '../../views/figures.ts';
import { pairRows } from '../pairs.ts';
import { rowsOf } from '../rows.ts';
import type { Stage } from './stage.ts';

/** Rows of a report that are shown here; the whole is in the transcript. */
const reportRows = 200;

/** What a task is, how it stands, and what came of it. */
export async function showTask({ program, story, look }: Stage, task: Task): Promise<void> {
  const { style, columns } = look();
  const { usage, toolUses, tasks } = await program.store.subtree(task.id);
  const now = program.base.clock.now();
  const durationMs = task.startedAt === undefined ? undefined : (task.endedAt ?? now) - task.startedAt;
  const reason = task.status === 'waiting' ? task.waitReason : task.parkReason;
  const depends = await program.store.dependencies(task.id);
  const facts = pairRows(
    [
      ['task', task.id],
      ['status', reason === undefined ? task.status : `${task.status} (${reason})`],
      ['agent', `${task.agentType} on ${task.model}`],
      ['attempt', task.attempt === 0 ? 'not started' : String(task.attempt)],
      ...(depends.length === 0 ? [] : [['depends on', depends.join(', ')] as const]),
      ['took', `${figures({ usage, toolUses })}${tasks > 1 ? `, with ${tasks - 1} tasks under it` : ''}`],
      ...(durationMs === undefined ? [] : [['time', duration(durationMs)] as const]),
      ['transcript', program.base.transcripts.path(task)],
    ],
    look(),
  );
  const rows = task.outcome === undefined ? [] : rowsOf(textOf(task.outcome), columns - 2);
  const more = rows.length - reportRows;
  story.note([
    ...rowsOf(visible(task.description), columns).map(row => style('strong', row)),
    ...facts,
    ...rows.slice(0, reportRows).map(row => `  ${row}`),
    ...(more > 0 ? [style('dim', `  ${more} rows more in the transcript`)] : []),
  ]);
}

function textOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'completed':
      return outcome.report;
    case 'failed':
    case 'stopped':
      return [outcome.message, outcome.partial ?? ''].filter(part => part !== '').join('\n\n');
    default:
      return unreachable(outcome);
  }
}
