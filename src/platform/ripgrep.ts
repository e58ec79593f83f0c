import { createRequire } from 'node:module';

/** Where the program that comes with @vscode/ripgrep lies. Asked when a search is wanted: its package is looked up on the disk. */
export function ripgrepPath(): string {
  // What `require` returns has no type; this is the package's own.
  const { rgPath } = createRequire(import.meta.url)('@vscode/ripgrep') as typeof import('@vscode/ripgrep');
  return rgPath;
}
