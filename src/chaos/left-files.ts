import { join, relative } from 'node:path';
import type { Files } from '../core/ports.ts';
import type { Stage } from './stage.ts';

/** What the program keeps, relative to its state directory: all else there is left over. */
const kept = [
  /^legwork\.(db|log)$/,
  /^transcripts\/chat_\w+\/task_\w+\.log$/,
  // The output of a command that was in flight at a crash: by it one can learn what the command did.
  /^commands\/chat_\w+\/[\w-]+\.log$/,
];
/** Names of files that are being written, wherever they stand. */
const unfinished = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** Files that nobody needs any more: of the state directory what is not kept for a reason, elsewhere what was being written. */
export async function leftFiles(files: Files, { root, work, state }: Stage): Promise<string[]> {
  const ofState = (await filesBelow(files, state)).filter(path => !kept.some(name => name.test(relative(state, path))));
  const ofWork = (await filesBelow(files, work)).filter(path => unfinished.test(path.slice(path.lastIndexOf('/') + 1)));
  return [...ofState, ...ofWork].map(path => relative(root, path));
}

async function filesBelow(files: Files, folder: string): Promise<string[]> {
  const stat = await files.stat(folder);
  if (stat === undefined) return [];
  if (stat.kind !== 'directory') return [folder];
  const names = await files.list(folder);
  return (await Promise.all(names.map(name => filesBelow(files, join(folder, name))))).flat();
}
