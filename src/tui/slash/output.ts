import { resolve } from 'node:path';
import { AppError } from '../../core/error.ts';
import { amount } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import { chatAsMarkdown } from '../../tasks/chat-as-markdown.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Desk } from '../desk.ts';
import { codeLineRows, painterOf } from '../markdown/code.ts';
import { createReader } from '../reader/pane.ts';
import { textSource } from '../reader/source.ts';
import type { SlashCommand } from './command.ts';

/** What terminals take of a clipboard sequence; xterm and tmux stop at about 75,000 bytes of base64. */
const clipboardBytes = 50_000;

export const diff: SlashCommand = {
  name: 'diff',
  takes: '',
  summary: 'what is changed in this folder since the last commit',
  async run(desk) {
    const end = await desk.program.run('git', ['-c', 'core.pager=cat', 'diff', '--no-color', '--no-ext-diff', 'HEAD']);
    if (end.reason !== 'exited' || end.exitCode !== 0)
      throw new AppError('bad-input', `git diff failed: ${end.message ?? end.output.trim()}`);
    if (end.output.trim() === '')
      return desk.notice('nothing is changed since the last commit (new files are not looked at)');
    return read(desk, 'Changes since the last commit', end.output, 'diff');
  },
};

export const doctor: SlashCommand = {
  name: 'doctor',
  takes: '',
  summary: 'looks at what this installation stands on',
  async run(desk) {
    desk.notice('looking');
    const end = await desk.program.runSelf(['doctor']);
    if (end.reason !== 'exited')
      throw new AppError('store', `legwork doctor did not end by itself: ${end.message ?? end.reason}`);
    desk.story.note(rowsOf(end.output.trimEnd(), desk.look().columns));
  },
};

export const exportChat: SlashCommand = {
  name: 'export',
  takes: '[<file>]',
  summary: 'writes this chat as Markdown; refuses a file that is there unless the name ends in !',
  async run(desk, rest) {
    const { program, chatId } = desk;
    const isForced = rest.endsWith('!');
    const name = (isForced ? rest.slice(0, -1) : rest).trim() || `${chatId}.md`;
    const path = resolve(program.workspace, name);
    if (!isForced && (await program.files.stat(path)))
      throw new AppError('conflict', `${path} is there already; /export ${name}! replaces it`);
    let text = '';
    for await (const piece of chatAsMarkdown(program.store, desk.opened.chat)) text += piece;
    await program.files.writeAtomic(path, text, { mode: 0o600 });
    desk.notice(`written: ${visible(path)}`);
  },
};

export const copy: SlashCommand = {
  name: 'copy',
  takes: '[<n>]',
  summary: 'puts the last answer, or the n-th from the end, into the clipboard of the terminal',
  async run(desk, rest) {
    const nth = rest === '' ? 1 : Number(rest);
    if (!Number.isSafeInteger(nth) || nth < 1)
      throw new AppError('usage', `/copy takes a number from 1 (received "${rest}")`);
    const answers = await desk.program.store.entries(desk.chatId, { lane: 'main', type: 'model:answered' });
    const texts = answers.flatMap(entry =>
      entry.type === 'model:answered' && entry.text.trim() !== '' ? [entry.text] : [],
    );
    const text = texts.at(-nth);
    if (text === undefined)
      throw new AppError('not-found', `there are only ${amount(texts.length, 'answer', 'answers')}`);
    const bytes = Buffer.byteLength(text);
    if (bytes > clipboardBytes)
      throw new AppError(
        'bad-input',
        `the answer has ${bytes} bytes; terminals take ${clipboardBytes}. /export writes the whole chat to a file`,
      );
    desk.signal(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    desk.notice(
      `${amount(bytes, 'byte', 'bytes')} given to the clipboard, if this terminal lets programs use it (OSC 52)`,
    );
  },
};

function read(desk: Desk, title: string, text: string, language: string): void {
  const close = desk.panes.open(
    createReader({
      title,
      source: textSource(text.split('\n'), (line, look) => codeLineRows(line, painterOf(language, look), look)),
      close: () => close(),
      redraw: () => desk.redraw('now'),
      attempt: desk.attempt,
    }),
  );
}
