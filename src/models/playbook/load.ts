import { AppError, messageOf } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Files } from '../../core/ports.ts';
import type { Playbook } from './playbook.ts';

export type PlaybookSources = {
  readonly files: Pick<Files, 'readText' | 'stat'>;
  /** Absolute path of a name that is a path: absolute, or relative to the working directory. */
  readonly resolve: (name: string) => string;
  /** Names that need no file, and their YAML: `demo`. */
  readonly builtIn: Readonly<Record<string, () => Promise<string>>>;
};

/**
 * Finds playbooks by name and reads them again whenever their text has changed. Rejects with AppError `not-found` (no such file),
 * or `bad-input` (what is wrong with it). The YAML library is imported at the first call.
 */
export function createPlaybookLoader({
  files,
  resolve,
  builtIn,
}: PlaybookSources): (name: string) => Promise<Playbook> {
  const parsed = new Map<string, { readonly source: string; readonly playbook: Playbook }>();
  return async name => {
    const own = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
    const path = own ? `playbook/${name}` : resolve(name);
    const source = own ? await own() : await readFile(files, path, Object.keys(builtIn));
    const known = parsed.get(path);
    if (known?.source === source) return known.playbook;
    const { parsePlaybook } = await import('./parse.ts');
    const playbook = parsePlaybook(source, path);
    parsed.set(path, { source, playbook });
    return playbook;
  };
}

async function readFile(files: PlaybookSources['files'], path: string, builtIn: readonly string[]): Promise<string> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') {
    const there = stat ? `is a ${stat.kind}` : 'does not exist';
    const others = builtIn.length === 0 ? '' : `, or a built-in one: ${builtIn.join(', ')}`;
    throw new AppError('not-found', `the playbook ${path} ${there}; give the path of a .yaml file${others}`);
  }
  if (stat.size > limits.playbookBytes)
    throw new AppError(
      'bad-input',
      `${path}:1: larger than ${limits.playbookBytes} bytes, the most a playbook may have`,
    );
  try {
    return await files.readText(path);
  } catch (error) {
    throw new AppError('bad-input', `The playbook ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
