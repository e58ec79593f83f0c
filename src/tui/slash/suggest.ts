import fuzzysort from 'fuzzysort';
import { type SlashFacts, usageOf } from '../../terminal/slash/command.ts';
import type { Suggest, Suggestion } from '../composer/popup.ts';

/** What the first word may become while it begins with a slash and the cursor is in it. */
export function suggestCommands(commands: readonly SlashFacts[]): Suggest {
  return ({ text, cursor }) => {
    const word = /^\/[a-z0-9_-]*(?=\s|$)/i.exec(text)?.[0];
    if (word === undefined || cursor < 1 || cursor > word.length) return undefined;
    const items = matching(commands, word.slice(1).toLowerCase()).map(suggestion);
    return { start: 0, end: word.length, items, enter: 'send' };
  };
}

/** The one that is named exactly comes first. */
function matching(commands: readonly SlashFacts[], wanted: string): readonly SlashFacts[] {
  if (wanted === '') return commands;
  const isNamed = ({ name, aliases }: SlashFacts) => name === wanted || aliases?.includes(wanted) === true;
  const found = fuzzysort
    .go(wanted, commands, { keys: ['name', command => command.aliases?.join(' ') ?? ''] })
    .map(result => result.obj);
  return [...commands.filter(isNamed), ...found.filter(command => !isNamed(command))];
}

function suggestion(command: SlashFacts): Suggestion {
  return {
    insert: `/${command.name}`,
    label: usageOf(command),
    hint: command.summary,
    is: command.takes.startsWith('<') ? 'part' : 'whole',
  };
}
