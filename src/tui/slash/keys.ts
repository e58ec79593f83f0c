import { type Pair, pairRows } from '../../terminal/pairs.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import type { Desk } from '../desk.ts';
import { bindings, places } from '../keys.ts';

export const keys: SlashCommand<Desk> = {
  name: 'keys',
  takes: '',
  summary: 'what the keys do, and where',
  run({ story, look }) {
    const drawn = look();
    const byPlace = Map.groupBy(bindings, binding => binding.place);
    story.note(
      [...byPlace].flatMap(([place, here]) => [
        drawn.style('strong', places[place]),
        ...pairRows(
          here.map(({ keys: names, help }): Pair => [names.map(spelt).join(', '), help]),
          drawn,
        ),
      ]),
    );
  },
};

const words: Readonly<Record<string, string>> = {
  return: 'Enter',
  escape: 'Esc',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  ' ': 'Space',
};

/** `ctrl+c` as people write it: `Ctrl+C`. A single character stays as it is, since `g` and `G` are two keys. */
export function spelt(key: string): string {
  const parts = key.length > 1 ? key.split('+') : [key];
  if (parts.length === 1) return words[key] ?? (key.length === 1 ? key : capital(key));
  return parts.map(part => words[part] ?? capital(part)).join('+');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
