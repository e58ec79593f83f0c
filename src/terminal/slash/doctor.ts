import { findings } from '../../tasks/findings.ts';
import { rowsOf } from '../rows.ts';
import type { SlashCommand } from './command.ts';

const marks = { ok: ['ok', 'tick'], warning: ['warning', 'warning'], broken: ['error', 'cross'] } as const;

export const doctor: SlashCommand = {
  name: 'doctor',
  takes: '',
  summary: 'looks at what this installation stands on',
  async run({ program, story, look, notice }) {
    notice('looking');
    const found = await findings(program);
    const { style, glyphs, columns } = look();
    story.note(
      found.flatMap(({ check, level, detail }) => {
        const [role, glyph] = marks[level];
        return rowsOf(`${check}: ${detail}`, columns - 4).map(
          (row, at) => `  ${at === 0 ? style(role, glyphs[glyph]) : ' '} ${row}`,
        );
      }),
    );
  },
};
