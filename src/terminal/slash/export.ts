import { resolve } from 'node:path';
import { AppError } from '../../core/error.ts';
import { visible } from '../../core/visible.ts';
import { chatAsMarkdown } from '../../tasks/chat-as-markdown.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';

export const exportChat: SlashCommand = {
  name: 'export',
  takes: '[<file>]',
  summary: 'writes this chat as Markdown; a file that is there is replaced only when its name ends in !',
  async run(stage, rest) {
    const { program, chatId } = stage;
    const isForced = rest.endsWith('!');
    const name = (isForced ? rest.slice(0, -1) : rest).trim() || `${chatId}.md`;
    const path = resolve(program.workspace, name);
    const before = await program.files.stat(path);
    if (before && before.kind !== 'file') throw new AppError('bad-input', `${path} is no file; name another one`);
    if (before && !isForced) throw new AppError('conflict', `${path} is there already; /export ${name}! replaces it`);
    const chat = (await program.store.chat(chatId)) ?? stage.opened.chat;
    let text = '';
    for await (const piece of chatAsMarkdown(program.store, chat)) text += piece;
    await program.files.writeAtomic(path, text, { mode: 0o600 });
    say(stage, `written: ${visible(path)}`);
  },
};
