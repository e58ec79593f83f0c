import type { Entry } from '../core/entry.ts';
import type { TaskId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Io } from '../core/ports.ts';
import { oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import type { LiveEvent } from '../engine/live.ts';

export type Progress = { entries(entries: readonly Entry[]): void; live(event: LiveEvent): void };

/** Short lines on standard error for who looks on: tool calls, tasks, waits. Control characters are shown escaped. */
export function createProgress(io: Pick<Io, 'err'>): Progress {
  const names = new Map<TaskId, string>();

  function say(lane: Entry['lane'], text: string): void {
    const who = lane === 'main' ? '' : `[${names.get(lane) ?? lane}] `;
    io.err(`${visible(oneLine(`${who}${text}`, limits.progressLineChars))}\n`);
  }

  function tell(entry: Entry): void {
    if (entry.type === 'task:queued') names.set(entry.taskId, entry.description);
    const text = textOf(entry);
    if (text !== undefined) say(entry.lane, text);
  }

  return {
    entries: entries => entries.forEach(tell),
    live(event) {
      if (event.type === 'retrying')
        say(event.lane, `attempt ${event.attempt} in ${(event.inMs / 1000).toFixed(1)} s: ${event.reason}`);
    },
  };
}

function textOf(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'tool:started':
      return `${entry.tool}(${JSON.stringify(entry.input) ?? ''})`;
    case 'tool:ended':
      return entry.isError ? `${entry.tool} failed: ${entry.text}` : undefined;
    case 'task:started':
      return entry.attempt === 1 ? 'started' : `started again, attempt ${entry.attempt}`;
    case 'task:parked':
      return `put back: ${entry.message}`;
    case 'task:ended':
      return entry.outcome.kind === 'completed' ? 'completed' : `${entry.outcome.kind}: ${entry.outcome.message}`;
    case 'context:compacted':
      return 'the conversation was summarised to make room';
    case 'note:written':
      return entry.text;
    default:
      return undefined;
  }
}
