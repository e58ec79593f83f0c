import { type ThemeName, themeNames } from '../../core/display.ts';
import { AppError } from '../../core/error.ts';
import { createLook, type Look, type LookOptions } from '../../terminal/look.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import { stripped } from '../../terminal/stripped.ts';
import { widthOf } from '../../terminal/width.ts';
import type { Desk } from '../desk.ts';
import { pick } from '../pickers/pick.ts';

export const theme: SlashCommand<Desk> = {
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
  pick<ThemeName>(desk, {
    title: 'Theme',
    items: themeNames.map(name => ({ value: name, label: name })),
    empty: '',
    choose: name => desk.attempt(() => setTheme(desk, name)),
    preview: (name, look) => sampleRows(name, look, desk.program.color),
  });
}

/** What the colours of a theme look like. */
function sampleRows(theme: ThemeName, { isAscii, columns }: Look, color: LookOptions['color']): string[] {
  const { style, glyphs } = createLook({ display: { theme, isAscii }, color, columns });
  return [
    style('heading1', 'A heading'),
    `${style('user', glyphs.prompt)} ${style('strong', 'what you say')}`,
    `${style('ok', glyphs.tick)} done  ${style('warning', glyphs.warning)} careful  ${style('error', glyphs.cross)} failed`,
    `${style('keyword', 'const')} ${style('variable', 'answer')} = ${style('number', '42')}; ${style('comment', '// why')}`,
    style('added', '+ a line that comes'),
    style('removed', '- a line that goes'),
    style('dim', 'what matters less'),
  ].filter(row => widthOf(stripped(row)) <= columns);
}
