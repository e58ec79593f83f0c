import { type Pair, pairRows } from '../pairs.ts';
import { rowsOf } from '../rows.ts';
import { type SlashCommand, type SlashFacts, usageOf } from './command.ts';

export type HelpOptions = {
  readonly commands: () => readonly SlashFacts[];
  /** What a face says of its keys. */
  readonly hints: readonly string[];
};

export function helpCommand({ commands, hints }: HelpOptions): SlashCommand {
  return {
    name: 'help',
    aliases: ['?'],
    takes: '',
    summary: 'what can be said with a slash',
    run({ story, look }) {
      const drawn = look();
      const pairs = commands().map((command): Pair => [usageOf(command), command.summary]);
      const told = hints.flatMap(hint => rowsOf(hint, drawn.columns - 2));
      story.note([...pairRows(pairs, drawn), ...told.map(row => drawn.style('dim', `  ${row}`))]);
    },
  };
}
