import type { SlashCommand } from '../../terminal/slash/command.ts';
import { resumeChat, resume as resumeCommand } from '../../terminal/slash/resume.ts';
import type { Desk } from '../desk.ts';
import { pickChat } from '../pickers/chats.ts';

export const resume: SlashCommand<Desk> = {
  ...resumeCommand,
  summary: 'goes on in another chat; without an id, choose one',
  run: (desk, id) => (id === '' ? pickChat(desk) : resumeChat(desk, id)),
};
