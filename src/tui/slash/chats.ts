import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { forkChat } from '../../tasks/fork-chat.ts';
import { nameChat } from '../../tasks/visit.ts';
import { pickChat } from '../pickers/chats.ts';
import type { SlashCommand } from './command.ts';

export const newChat: SlashCommand = {
  name: 'new',
  aliases: ['clear'],
  takes: '',
  summary: 'begins another chat; this one stays',
  run: desk => desk.leave({ kind: 'chat', chat: undefined }),
};

export const resume: SlashCommand = {
  name: 'resume',
  aliases: ['chats'],
  takes: '[<id>]',
  summary: 'goes on in another chat; without an id, choose one',
  async run(desk, rest) {
    if (rest === '') return pickChat(desk);
    return desk.leave({ kind: 'chat', chat: await findChat(desk.program.store, rest) });
  },
};

export const rename: SlashCommand = {
  name: 'rename',
  takes: '<title>',
  summary: 'gives this chat another name',
  async run(desk, rest) {
    const title = oneLine(rest, 80);
    if (title === '') throw new AppError('usage', '/rename needs the new title: /rename <title>');
    await nameChat(desk.program, desk.chatId, title);
    desk.notice(`this chat is now called "${visible(title)}"`);
  },
};

export const fork: SlashCommand = {
  name: 'fork',
  takes: '[<title>]',
  summary: 'goes on in a copy of this conversation; this one and its tasks stay as they are',
  async run(desk, rest) {
    const { program, chatId } = desk;
    const chat = await forkChat(program.base, { from: chatId, user: program.user, title: rest });
    desk.notice(`forked: chat ${shortId(chat.id)}`);
    desk.leave({ kind: 'chat', chat });
  },
};
