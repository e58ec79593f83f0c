import { AppError } from '../../core/error.ts';
import { amount } from '../../core/text.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import type { Desk } from '../desk.ts';

export const copy: SlashCommand<Desk> = {
  name: 'copy',
  takes: '[<n>]',
  summary: 'puts the last answer, or the n-th from the end, into the clipboard of the terminal',
  async run({ program, chatId, signal, notice }, rest) {
    const nth = rest === '' ? 1 : Number(rest);
    if (!Number.isSafeInteger(nth) || nth < 1)
      throw new AppError('usage', `/copy takes a number from 1 (received "${rest}")`);
    const answers = await program.store.entries(chatId, { lane: 'main', type: 'model:answered' });
    const texts = answers.flatMap(entry =>
      entry.type === 'model:answered' && entry.text.trim() !== '' ? [entry.text] : [],
    );
    const text = texts.at(-nth);
    if (text === undefined)
      throw new AppError('not-found', `this chat has ${amount(texts.length, 'answer', 'answers')} with text`);
    const bytes = Buffer.byteLength(text);
    const most = program.limits.clipboardBytes;
    if (bytes > most)
      throw new AppError(
        'bad-input',
        `the answer has ${bytes} bytes; terminals take ${most}. /export writes the whole chat to a file`,
      );
    signal(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    notice(`${amount(bytes, 'byte', 'bytes')} given to the clipboard, if this terminal lets programs use it (OSC 52)`);
  },
};
