import { type ThemeName, themeNames } from '../../core/display.ts';
import { AppError } from '../../core/error.ts';
import type { Desk } from '../desk.ts';
import { createPicker } from '../pickers/picker.ts';
import type { SlashCommand } from './command.ts';

export const theme: SlashCommand = {
  name: 'theme',
  takes: `[${themeNames.join('|')}]`,
  summary: 'colours, from now on; kept in your settings',
  async run(desk, rest) {
    if (rest === '') return pickTheme(desk);
    const name = themeNames.find(one => one === rest);
    if (!name) throw new AppError('usage', `there is no theme "${rest}"; there are: ${themeNames.join(', ')}`);
    return setTheme(desk, name);
  },
};

async function setTheme(desk: Desk, name: ThemeName): Promise<void> {
  desk.setTheme(name);
  await desk.program.settings.set('theme', name);
  desk.notice(`theme ${name}; what stands above keeps its colours`);
}

function pickTheme(desk: Desk): void {
  const close = desk.panes.open(
    createPicker<ThemeName>({
      title: 'Theme',
      items: themeNames.map(name => ({ value: name, label: name })),
      empty: '',
      choose(name) {
        close();
        desk.attempt(() => setTheme(desk, name));
      },
      cancel: () => close(),
      redraw: () => desk.redraw('now'),
    }),
  );
}
