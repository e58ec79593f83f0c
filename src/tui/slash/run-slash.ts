import { AppError } from '../../core/error.ts';
import { nearest } from '../../core/nearest.ts';
import { visible } from '../../core/visible.ts';
import type { Desk } from '../desk.ts';
import { slashCommands } from './index.ts';

/** What a line means: a command with what stands after it, or text for the agent. `//` at the beginning is a slash that is meant. */
export function readLine(
  line: string,
):
  | { readonly kind: 'command'; readonly name: string; readonly rest: string }
  | { readonly kind: 'text'; readonly text: string } {
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) };
  const match = /^\/([a-z][\w-]*)(?:\s+([\s\S]*))?$/i.exec(line.trimEnd());
  return match
    ? { kind: 'command', name: (match[1] ?? '').toLowerCase(), rest: (match[2] ?? '').trim() }
    : { kind: 'text', text: line };
}

/** Does what a command says. Failures are shown, as of everything that a person asks for. */
export function runSlash(desk: Desk, name: string, rest: string): void {
  desk.attempt(async () => {
    const command = slashCommands.find(one => one.name === name || one.aliases?.includes(name));
    if (!command) throw unknown(name);
    if (command.takes === '' && rest !== '')
      throw new AppError('usage', `/${command.name} takes nothing after it (received "${rest}")`);
    const { style, glyphs, columns } = desk.look();
    const line = visible(`/${name}${rest === '' ? '' : ` ${rest}`}`.replaceAll('\n', ' ')).slice(0, columns - 2);
    desk.story.note([style('dim', `${glyphs.prompt} ${line}`)], 'said');
    await command.run(desk, rest);
  });
}

function unknown(name: string): AppError {
  const near = nearest(
    name,
    slashCommands.map(command => command.name),
  );
  const advice = near === undefined ? '' : ` did you mean /${near}?`;
  return new AppError(
    'usage',
    `there is no command /${name};${advice} /help shows what there is. A line that begins with // is sent as it is`,
  );
}
