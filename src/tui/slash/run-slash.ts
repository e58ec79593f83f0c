import { runCommand } from '../../terminal/slash/command.ts';
import type { Desk } from '../desk.ts';
import { slashCommands } from './index.ts';

export { readLine } from '../../terminal/slash/command.ts';

/** Does what a command says. Failures are shown, as of everything that a person asks for. */
export function runSlash(desk: Desk, name: string, rest: string): void {
  desk.attempt(() => runCommand(slashCommands, desk, name, rest));
}
