import { problemLine } from '../../agents/report.ts';
import { visible } from '../../core/visible.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
import type { SlashCommand } from './command.ts';

export const agents: SlashCommand = {
  name: 'agents',
  takes: '',
  summary: 'the subagents there are, and what is wrong with files that hold none',
  async run(desk) {
    const { agents: all, problems } = await desk.program.base.agents.refresh();
    const { style, columns, glyphs } = desk.look();
    desk.story.note([
      ...all.flatMap(({ name, description, source }) => [
        `${style('accent', clip(name, columns))} ${style('dim', clip(source.kind === 'built-in' ? 'built in' : visible(source.path), columns - name.length - 1))}`,
        ...rowsOf(description, columns - 4)
          .slice(0, 2)
          .map(row => `    ${row}`),
      ]),
      ...problems.flatMap(problem =>
        rowsOf(problemLine(problem), columns - 2).map(
          (row, at) =>
            `${at === 0 ? style(problem.level === 'error' ? 'error' : 'warning', glyphs.warning) : ' '} ${row}`,
        ),
      ),
    ]);
  },
};
