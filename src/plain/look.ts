import { Chalk, type ChalkInstance } from 'chalk';

/** How lines are drawn: colours or none, and how wide. */
export type Look = {
  readonly paint: ChalkInstance;
  readonly columns: number;
};

/** `auto`: colours for a terminal only. */
export function createPaint(color: 'auto' | 'never' | 'always', isTerminal: boolean): ChalkInstance {
  const isColoured = color === 'always' || (color === 'auto' && isTerminal);
  return new Chalk({ level: isColoured ? 1 : 0 });
}
