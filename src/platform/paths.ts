import { isAbsolute, join } from 'node:path';
import { AppError, messageOf } from '../core/error.ts';
import type { Files } from '../core/ports.ts';

export type Directories = { readonly state: string; readonly config: string; readonly cache: string };
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the user's home. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
};

/**
 * Where the program keeps things. `LEGWORK_HOME=<dir>` puts all of it under `<dir>/{state,config,cache}`; else the XDG base
 * directories, whose specification says that relative values are to be ignored; on Windows `%LOCALAPPDATA%`. A relative
 * `LEGWORK_HOME` is `AppError('usage')`: it would name another place in each working directory.
 */
export function directoriesOf({ env, home, platform }: Surroundings): Directories {
  const own = env.LEGWORK_HOME;
  if (own) {
    if (!isAbsolute(own)) throw new AppError('usage', `LEGWORK_HOME must be an absolute path (received "${own}")`);
    return { state: join(own, 'state'), config: join(own, 'config'), cache: join(own, 'cache') };
  }
  if (platform === 'win32') {
    const base = join(absolute(env.LOCALAPPDATA) ?? join(home, 'AppData', 'Local'), 'legwork');
    return { state: join(base, 'state'), config: join(base, 'config'), cache: join(base, 'cache') };
  }
  return {
    state: join(absolute(env.XDG_STATE_HOME) ?? join(home, '.local', 'state'), 'legwork'),
    config: join(absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'), 'legwork'),
    cache: join(absolute(env.XDG_CACHE_HOME) ?? join(home, '.cache'), 'legwork'),
  };
}

/** Makes the directories that are missing, with mode 0700 whatever the umask (R43). AppError `store` that names the one that cannot be made. */
export async function makeDirectories(files: Pick<Files, 'makeDirectory'>, directories: Directories): Promise<void> {
  for (const path of Object.values(directories)) {
    await files.makeDirectory(path, { mode: 0o700 }).catch((error: unknown) => {
      const advice = 'make it, or set LEGWORK_HOME to a folder that you can write';
      throw new AppError('store', `the folder ${path} cannot be made (${messageOf(error)}); ${advice}`, {
        cause: error,
      });
    });
  }
}

function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined;
}
