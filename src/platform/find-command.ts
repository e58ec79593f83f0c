import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Why a command could not be started, before anything is: undefined when nothing speaks against it. */
export function reasonNotToStart(command: string, cwd: string, path: string | undefined): string | undefined {
  if (!isDirectory(cwd)) return `The working directory ${cwd} does not exist`;
  if (command.includes('/')) {
    const file = isAbsolute(command) ? command : resolve(cwd, command);
    return isExecutable(file) ? undefined : `${file} does not exist or is not executable`;
  }
  const isThere = (path ?? '')
    .split(delimiter)
    .some(directory => directory !== '' && isExecutable(join(directory, command)));
  return isThere ? undefined : `Command not found: ${command}`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return !isDirectory(path);
  } catch {
    return false;
  }
}
