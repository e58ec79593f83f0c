import { AppError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';

export type Slash =
  | { readonly kind: 'help' | 'tasks' | 'new' | 'quit' }
  | { readonly kind: 'stop'; readonly id: string }
  | { readonly kind: 'model'; readonly handle: string | undefined }
  | { readonly kind: 'resume'; readonly id: string | undefined };

export const slashCommands = [
  { name: 'help', usage: '/help', summary: 'this list' },
  { name: 'tasks', usage: '/tasks', summary: 'the tasks of this chat' },
  { name: 'stop', usage: '/stop <id>', summary: 'ends a task and everything under it' },
  { name: 'model', usage: '/model [<handle>]', summary: 'which model answers; with a handle, the one from now on' },
  { name: 'new', usage: '/new', summary: 'begins another chat' },
  { name: 'resume', usage: '/resume [<id>]', summary: 'goes on in an earlier chat; without an id, lists them' },
  { name: 'quit', usage: '/quit', summary: 'leaves, like Ctrl+D' },
] as const;

/** A line that begins with a slash and a word as a command; undefined for any other line. AppError `usage` for a wrong one. */
export function parseSlash(line: string): Slash | undefined {
  const match = /^\/([a-z][a-z-]*)(?:\s+(\S.*?))?\s*$/i.exec(line);
  if (!match) return undefined;
  const name = (match[1] ?? '').toLowerCase();
  const rest = match[2];
  const known = slashCommands.find(command => command.name === name);
  switch (known?.name) {
    case 'stop':
      if (rest === undefined) throw new AppError('usage', '/stop needs the id of a task; /tasks shows them');
      return { kind: 'stop', id: rest };
    case 'model':
      return { kind: 'model', handle: rest };
    case 'resume':
      return { kind: 'resume', id: rest };
    case 'help':
    case 'tasks':
    case 'new':
    case 'quit':
      if (rest !== undefined) throw new AppError('usage', `/${name} takes nothing after it (received "${rest}")`);
      return { kind: known.name };
    case undefined:
      throw new AppError('usage', `there is no command /${name}${meant(name)} /help shows what there is`);
  }
}

function meant(name: string): string {
  const near = nearest(
    name,
    slashCommands.map(command => command.name),
  );
  return near === undefined ? ';' : `; did you mean /${near}?`;
}
