import { relative } from 'node:path';
import { visible } from '../../core/visible.ts';
import { type ChangedFile, changedFiles } from '../../tasks/changed-files.ts';
import { type WorkspaceDiff, workspaceDiff } from '../../tasks/workspace-diff.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import type { Desk } from '../desk.ts';
import { openText } from '../reader/open-text.ts';

/** Files that git does not know of which the names are shown. */
const shownNames = 200;

export const diff: SlashCommand<Desk> = {
  name: 'diff',
  takes: '',
  summary: 'what is changed in this folder since the last commit, and what the agents changed',
  async run(desk) {
    const { program, chatId, notice } = desk;
    const [own, inGit] = await Promise.all([changedFiles(program.store, chatId), workspaceDiff(program)]);
    const lines = [...ownLines(own, program.workspace), ...gitLines(inGit)];
    if (lines.length > 0) return openText(desk, { title: 'Changes since the last commit', lines, language: 'diff' });
    notice(
      inGit === undefined
        ? 'this folder is in no git repository, and no agent changed a file here'
        : 'nothing is changed since the last commit',
    );
  },
};

function ownLines(files: readonly ChangedFile[], workspace: string): string[] {
  if (files.length === 0) return [];
  const named = files.map(({ path, added, removed }) => {
    const near = relative(workspace, path);
    return `  ${visible(near.startsWith('..') ? path : near)} (${added} lines came, ${removed} went)`;
  });
  return ['Changed by the agents of this chat with Edit and Write:', ...named, ''];
}

function gitLines(found: WorkspaceDiff | undefined): string[] {
  if (!found) return [];
  const { diff: text, newFiles } = found;
  const names = newFiles.slice(0, shownNames).map(name => `  ${visible(name)}`);
  const more = newFiles.length > shownNames ? [`  and ${newFiles.length - shownNames} more`] : [];
  return [
    ...(names.length > 0 ? ['New files, not known to git:', ...names, ...more, ''] : []),
    ...(text.trim() === '' ? [] : text.trimEnd().split('\n')),
  ];
}
