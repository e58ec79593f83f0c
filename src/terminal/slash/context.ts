import { type ContextPart, contextParts } from '../../tasks/context-parts.ts';
import { shortCount } from '../../views/figures.ts';
import type { Look } from '../look.ts';
import { clip } from '../width.ts';
import type { SlashCommand } from './command.ts';

/** Cells of a bar. */
const mostCells = 30;
/** Cells beside it. */
const besideCells = 36;

export const context: SlashCommand = {
  name: 'context',
  takes: '',
  summary: 'what fills the window of the model',
  async run({ opened, program, story, look }) {
    const { parts, window, compactsAt, lastInput } = await contextParts(program.base, await opened.work());
    const { style, columns, glyphs } = look();
    const used = parts.reduce((sum, part) => sum + part.tokens, 0);
    const head = `${shortCount(used)} of ${shortCount(window)} tokens, by estimate (${share(used, window)})`;
    const more = [
      `from ${shortCount(compactsAt)} on what is older becomes a summary by itself`,
      ...(lastInput === undefined ? [] : [`the provider counted ${shortCount(lastInput)} for the last request`]),
    ];
    const free = { name: 'free', tokens: Math.max(0, window - used) };
    story.note([
      style('strong', clip(head, columns, glyphs.ellipsis)),
      ...[...parts, free].map(part => partRow(part, window, part === free, look())),
      ...more.map(line => style('dim', clip(`  ${line}`, columns, glyphs.ellipsis))),
    ]);
  },
};

function partRow({ name, tokens }: ContextPart, window: number, isFree: boolean, look: Look): string {
  const { style, glyphs, columns } = look;
  const cells = Math.max(4, Math.min(mostCells, columns - besideCells));
  // What is there at all shows.
  const full = Math.min(cells, tokens === 0 ? 0 : Math.max(1, Math.round((tokens / window) * cells)));
  const bar =
    style(isFree ? 'dim' : 'accent', glyphs.full.repeat(full)) + style('dim', glyphs.empty.repeat(cells - full));
  const text = `${shortCount(tokens).padStart(6)}  ${name} (${share(tokens, window)})`;
  const left = columns - cells - 3;
  return left < 1 ? clip(text, columns, glyphs.ellipsis) : `  ${bar} ${clip(text, left, glyphs.ellipsis)}`;
}

function share(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole);
  return percent > 0 && percent < 1 ? 'below 1 %' : `${percent.toFixed(0)} %`;
}
