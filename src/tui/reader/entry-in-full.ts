import * as z from 'zod';
import { duration } from '../../core/duration.ts';
import type { Entry, EntryOf, Outcome } from '../../core/entry.ts';
import { unreachable } from '../../core/error.ts';
import { type LaneId, shortId, type TaskId } from '../../core/ids.ts';
import { lazy } from '../../core/lazy.ts';
import { visible } from '../../core/visible.ts';
import { changeWords } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Role } from '../../terminal/theme.ts';
import { clip } from '../../terminal/width.ts';
import { createMarkdownStream } from '../markdown/stream.ts';

/** A piece of an entry: how it is marked, and its text, all of it. */
type Part =
  | {
      readonly kind: 'text';
      readonly mark: string;
      readonly role: Role;
      readonly head?: string;
      readonly text: string;
      readonly tone?: Role;
    }
  | { readonly kind: 'markdown'; readonly text: string };
export type Names = (lane: TaskId) => string | undefined;

/** Everything an entry holds, as rows: inputs and outputs of tools, thoughts, reports. Nothing is cut. */
export function entryInFull(entry: Entry, look: Look, names: Names): string[] {
  const parts = partsOf(entry, look, names);
  return parts.length === 0 ? [] : ['', ...parts.flatMap(part => drawPart(part, look))];
}

/** What of it a search finds. */
export function textInFull(entry: Entry, look: Look, names: Names): string {
  return partsOf(entry, look, names)
    .map(part => (part.kind === 'text' ? `${part.head ?? ''}\n${part.text}` : part.text))
    .join('\n');
}

function drawPart(part: Part, look: Look): string[] {
  const { columns, style, glyphs } = look;
  if (part.kind === 'markdown') {
    const stream = createMarkdownStream(look);
    return [...stream.push(part.text), ...stream.end()];
  }
  const { mark, role, head, text, tone } = part;
  const body = text.trimEnd() === '' ? [] : rowsOf(text.trimEnd(), Math.max(1, columns - 2));
  const first = head === undefined ? body.shift() : clip(visible(head), columns - 2, glyphs.ellipsis);
  const toned = (row: string) => (tone === undefined ? row : style(tone, row));
  const top = `${style(role, mark)} ${head === undefined ? toned(first ?? '') : style('strong', first ?? '')}`;
  return [top, ...body.map(row => `  ${toned(row)}`)];
}

function partsOf(entry: Entry, look: Look, names: Names): Part[] {
  const { glyphs } = look;
  const line = (mark: string, role: Role, text: string, tone?: Role): Part[] => [
    { kind: 'text', mark, role, text, ...(tone === undefined ? {} : { tone }) },
  ];
  switch (entry.type) {
    case 'user:said':
      return line(glyphs.prompt, 'user', entry.text, 'strong');
    case 'task:instructed':
      return line(glyphs.prompt, 'user', entry.prompt, 'strong');
    case 'lane:messaged':
      return [
        {
          kind: 'text',
          mark: glyphs.returned,
          role: 'accent',
          head: `message of ${nameOf(entry.from, names)}`,
          text: entry.text,
        },
      ];
    case 'notification:delivered':
      return [
        {
          kind: 'text',
          mark: glyphs.returned,
          role: 'accent',
          head: entry.tasks.map(task => task.summary).join(', ') + (entry.isLate ? ' (late: the chat was closed)' : ''),
          text: entry.text,
          tone: 'dim',
        },
      ];
    case 'program:remarked':
      return line(glyphs.note, 'dim', entry.text, 'dim');
    case 'model:answered':
      return [
        ...(entry.thinking === undefined || entry.thinking.trim() === ''
          ? []
          : line(glyphs.thought, 'dim', entry.thinking.trim(), 'dim')),
        ...(entry.text.trim() === '' ? [] : [{ kind: 'markdown', text: entry.text.trim() } as const]),
      ];
    case 'model:broke-off':
      return [
        ...(entry.text.trim() === '' ? [] : [{ kind: 'markdown', text: entry.text.trim() } as const]),
        ...line(glyphs.warning, 'warning', `the answer broke off: ${entry.message}`),
      ];
    case 'tool:started':
      return [{ kind: 'text', mark: glyphs.dot, role: 'running', head: entry.tool, text: inputText(entry.input) }];
    case 'tool:ended':
      return [resultPart(entry, look)];
    case 'turn:ended':
      return entry.end === 'done'
        ? []
        : line(glyphs.stopped, 'warning', `the turn ended: ${entry.message ?? entry.end}`);
    case 'context:compacted':
      return [
        {
          kind: 'text',
          mark: glyphs.note,
          role: 'dim',
          head: 'what came before is summarised from here on',
          text: entry.summary,
        },
      ];
    case 'approval:asked':
      return line(glyphs.question, 'warning', `may it call ${entry.tool}? ${entry.reason}`);
    case 'policy:changed':
      return line(glyphs.note, 'dim', changeWords(entry.change), 'dim');
    case 'approval:answered':
      return line(glyphs.question, 'warning', `${entry.verdict}${entry.message ? `: ${entry.message}` : ''}`);
    case 'note:written':
      return line(
        entry.level === 'info' ? glyphs.note : glyphs.warning,
        entry.level === 'info' ? 'dim' : 'warning',
        entry.text,
      );
    case 'task:started':
      return entry.attempt === 1 ? [] : line(glyphs.started, 'running', `attempt ${entry.attempt}`);
    case 'task:waited':
      return line(glyphs.note, 'dim', `waits: ${entry.reason}`, 'dim');
    case 'task:parked':
      return line(glyphs.parked, 'warning', `parked: ${entry.message}`);
    case 'task:requeued':
      return line(glyphs.started, 'running', `queued again: ${entry.reason}`);
    case 'task:backgrounded':
      return line(glyphs.started, 'running', 'goes on in the background');
    case 'task:ended':
      return outcomeParts(entry.outcome, look);
    case 'chat:created':
    case 'chat:renamed':
    case 'turn:started':
    case 'task:queued':
      return [];
    default:
      return unreachable(entry);
  }
}

function resultPart(entry: EntryOf<'tool:ended'>, { glyphs }: Look): Part {
  const took = entry.durationMs >= 1_000 ? ` ${glyphs.separator} ${duration(entry.durationMs)}` : '';
  return {
    kind: 'text',
    mark: glyphs.result,
    role: entry.isError ? 'error' : 'ok',
    head: `${entry.tool}${took}`,
    text: entry.text,
    tone: entry.isError ? 'error' : 'dim',
  };
}

function outcomeParts(outcome: Outcome, { glyphs }: Look): Part[] {
  switch (outcome.kind) {
    case 'completed':
      return [{ kind: 'text', mark: glyphs.tick, role: 'ok', head: 'completed', text: outcome.report }];
    case 'failed':
    case 'stopped': {
      const [mark, role] =
        outcome.kind === 'failed' ? ([glyphs.cross, 'error'] as const) : ([glyphs.stopped, 'warning'] as const);
      return [{ kind: 'text', mark, role, head: `${outcome.kind}: ${outcome.message}`, text: outcome.partial ?? '' }];
    }
    default:
      return unreachable(outcome);
  }
}

const fields = lazy(() => z.record(z.string(), z.unknown()));

/** An input as a person reads it: a field a line, texts as they are. */
function inputText(input: unknown): string {
  const given = fields().safeParse(input);
  if (!given.success) return typeof input === 'string' ? input : (JSON.stringify(input, undefined, 2) ?? '');
  return Object.entries(given.data)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}`)
    .join('\n');
}

function nameOf(lane: LaneId, names: Names): string {
  return lane === 'main' ? 'the conversation' : (names(lane) ?? shortId(lane));
}
