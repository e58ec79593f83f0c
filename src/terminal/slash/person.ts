import type { Person } from '../../tasks/asked.ts';
import type { Stage } from './stage.ts';

/** Who asks for something to be done to tasks: the person at this terminal. */
export function personAt({ program: { store, base, user, host } }: Pick<Stage, 'program'>): Person {
  return { store, base, user, host, from: 'terminal' };
}
