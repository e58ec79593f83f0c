import { Chalk, type ChalkInstance } from 'chalk';
import type { Io } from '../core/ports.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Program } from '../tasks/program.ts';

export async function printJson(io: Io, value: unknown): Promise<void> {
  await io.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Colours for standard output: none under NO_COLOR, and none for a file or a pipe unless they were forced. */
export function painter(io: Io, { color }: Pick<Program, 'color'>): ChalkInstance {
  const hasColor = color === 'always' || (color === 'auto' && io.isOutTerminal);
  return new Chalk({ level: hasColor ? 1 : 0 });
}

/** Columns that a table may take; undefined for a file or a pipe, where nothing is cut. */
export function tableWidth(io: Io): number | undefined {
  return io.isOutTerminal ? io.columns() : undefined;
}

export function paintStatus(chalk: ChalkInstance, status: TaskStatus): (text: string) => string {
  if (status === 'completed') return chalk.green;
  if (status === 'failed') return chalk.red;
  return status === 'running' ? chalk.cyan : chalk.yellow;
}

/** `<name>: <value>` lines with the values under one another; what is undefined is left out. */
export function fields(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const present = rows.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${value}\n`).join('');
}
