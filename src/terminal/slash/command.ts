import { AppError } from '../../core/error.ts';
import { nearest } from '../../core/nearest.ts';
import { rowsOf } from '../rows.ts';
import type { Stage } from './stage.ts';

/** A command as people see it. */
export type SlashFacts = {
  /** Without the slash. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What stands after it: `<id>` must, `[<handle>]` may; empty: nothing may. */
  readonly takes: string;
  readonly summary: string;
};

/** What a line that begins with a slash does; `S`: what it reaches of its face. */
export type SlashCommand<S = Stage> = SlashFacts & {
  /** AppError tells the person what is wrong. */
  readonly run: (stage: S, rest: string) => Promise<void> | void;
};

/** `/model [<handle>]` */
export function usageOf({ name, takes }: Pick<SlashFacts, 'name' | 'takes'>): string {
  return `/${name} ${takes}`.trimEnd();
}

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

/** Shows the command, apart from what people say to the agent, and does it. AppError for one that there is not, or that is not given as it takes. */
export async function runCommand<S extends Pick<Stage, 'story' | 'look'>>(
  commands: readonly SlashCommand<S>[],
  stage: S,
  name: string,
  rest: string,
): Promise<void> {
  const command = commands.find(one => one.name === name || one.aliases?.includes(name));
  if (!command) throw unknown(commands, name);
  const { style, glyphs, columns } = stage.look();
  const rows = rowsOf(rest === '' ? `/${name}` : `/${name} ${rest}`, columns - 2);
  stage.story.note(
    rows.map((row, index) => style('dim', `${index === 0 ? glyphs.prompt : ' '} ${row}`)),
    'said',
  );
  if (command.takes === '' && rest !== '')
    throw new AppError('usage', `/${command.name} takes nothing after it (received "${rest}")`);
  if (command.takes.startsWith('<') && rest === '')
    throw new AppError('usage', `something is missing: ${usageOf(command)}`);
  await command.run(stage, rest);
}

function unknown(commands: readonly SlashFacts[], name: string): AppError {
  const near = nearest(
    name,
    commands.map(command => command.name),
  );
  const advice = near === undefined ? '' : ` did you mean /${near}?`;
  return new AppError(
    'usage',
    `there is no command /${name};${advice} /help shows what there is. A line that begins with // is sent as it is`,
  );
}
