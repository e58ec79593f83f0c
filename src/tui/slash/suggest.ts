import fuzzysort from 'fuzzysort';
import type { Suggest, Suggestion } from '../composer/popup.ts';
import type { SlashCommand } from './command.ts';

/** What the first word may become while it begins with a slash and the cursor is in it. */
export function suggestCommands(commands: readonly SlashCommand[]): Suggest {
  return ({ text, cursor }) => {
    const word = /^\/[a-z0-9_-]*(?=\s|$)/i.exec(text)?.[0];
    if (word === undefined || cursor < 1 || cursor > word.length) return undefined;
    const items = matching(commands, word.slice(1).toLowerCase()).map(suggestion);
    return { start: 0, end: word.length, items, enter: 'send' };
  };
}

/** The one that is named exactly comes first. */
function matching(commands: readonly SlashCommand[], wanted: string): readonly SlashCommand[] {
  if (wanted === '') return commands;
  const isNamed = ({ name, aliases }: SlashCommand) => name === wanted || aliases?.includes(wanted) === true;
  const found = fuzzysort
    .go(wanted, commands, { keys: ['name', command => command.aliases?.join(' ') ?? ''] })
    .map(result => result.obj);
  return [...commands.filter(isNamed), ...found.filter(command => !isNamed(command))];
}

function suggestion({ name, takes, summary }: SlashCommand): Suggestion {
  return {
    insert: `/${name}`,
    label: takes === '' ? `/${name}` : `/${name} ${takes}`,
    hint: summary,
    is: takes.startsWith('<') ? 'part' : 'whole',
  };
}
