import { rowsOf } from '../rows.ts';
import type { Role } from '../theme.ts';
import type { Stage } from './stage.ts';

/** Says something that stays, in as many rows as it takes. */
export function say({ story, look }: Pick<Stage, 'story' | 'look'>, text: string, role?: Role): void {
  const { columns, style } = look();
  story.note(rowsOf(text, columns - 2).map(row => `  ${role === undefined ? row : style(role, row)}`));
}
