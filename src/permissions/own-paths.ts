import { basename } from 'node:path';
import { isInside } from './path-pattern.ts';

/** Folders whose content decides what this program, git or a shell will run or allow later. At any depth. */
const folders = new Set(['.letta', '.claude', '.git', '.ssh']);
const startUpFiles = new Set(
  [
    '.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout',
    '.kshrc .cshrc .tcshrc .login .logout .inputrc .envrc .gitconfig config.fish .mcp.json',
  ]
    .join(' ')
    .split(' '),
);

/** Folders of the program itself, and those inside of them that hold only work; absolute. */
export type OwnPaths = { readonly folders: readonly string[]; readonly except: readonly string[] };

/** Whether a write there is always asked (R35), also when nothing is there yet. */
export function isOwnPath(path: string, own: OwnPaths): boolean {
  const lower = path.toLowerCase();
  if (lower.split('/').some(segment => folders.has(segment))) return true;
  if (startUpFiles.has(basename(lower))) return true;
  return own.folders.some(folder => isInside(path, folder)) && !own.except.some(folder => isInside(path, folder));
}
