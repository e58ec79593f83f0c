import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Turns what a model or a person wrote as a path into an absolute one. Touches no disk. */
export type ResolvePath = (path: string, cwd: string) => string;

/** Relative paths belong to `cwd`; `~` and `~/…` to the user's home. `~name` is an ordinary name. */
export function createResolvePath(home: string): ResolvePath {
  return (path, cwd) => {
    if (path === '~') return resolve(home);
    if (path.startsWith('~/')) return resolve(join(home, path.slice(2)));
    return resolve(cwd, path);
  };
}

/** As short as it stays clear: relative to `cwd` when inside of it, else absolute. */
export function shownPath(path: string, cwd: string): string {
  const inner = relative(cwd, path);
  if (inner === '') return '.';
  return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? path : inner;
}

/** Splits a glob into the directory that it surely lies in and the pattern below that: `src/a/*.ts` is `src/a` and `*.ts`. */
export function splitGlob(pattern: string): { readonly base: string; readonly glob: string } {
  const segments = pattern.split('/');
  const firstMagic = segments.findIndex(segment => /[*?[\]{}()!\\]/.test(segment));
  const cut = Math.min(firstMagic === -1 ? segments.length : firstMagic, segments.length - 1);
  const base = segments.slice(0, cut).join('/');
  return { base: base === '' && pattern.startsWith('/') ? '/' : base, glob: segments.slice(cut).join('/') };
}
