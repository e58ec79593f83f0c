import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import type { Chat } from '../../store/rows.ts';
import type { Program } from '../../tasks/program.ts';
import { positiveWholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { chatJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson, tableWidth } from '../output.ts';
import { type Column, table } from '../table.ts';

type Given = { agent?: boolean; everybody?: boolean; here?: boolean; limit: number; all?: boolean; json?: boolean };

export function listChatsCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'list', 'List the chats of people, newest activity first.')
    .option('--agent', 'the chats that tasks made for themselves instead')
    .option('--everybody', 'both')
    .option('--here', 'of this directory only')
    .option('--limit <n>', 'at most so many', positiveWholeNumber, 100)
    .option('--all', 'no limit')
    .option('--json', 'print an array');
  withExamples(command, [
    ['legwork chats list --here', ''],
    ["legwork chats list --agent --json | jq -r '.[].title'", ''],
  ]).action(async (given: Given) => {
    if (given.agent && given.everybody) throw new AppError('usage', '--agent and --everybody exclude each other');
    const program = await context.open();
    const kind = given.everybody ? undefined : given.agent ? 'agent' : 'person';
    const cwd = given.here ? program.workspace : undefined;
    const chats = await program.store.chats({ kind, cwd, limit: given.all ? undefined : given.limit + 1 });
    const isCut = !given.all && chats.length > given.limit;
    const shown = isCut ? chats.slice(0, given.limit) : chats;
    if (given.json) await printJson(context.io, shown.map(chatJson));
    else if (shown.length > 0) await context.io.out(drawn(program, context, shown));
    else context.io.err('legwork: no chats\n');
    if (isCut) context.io.err(`legwork: only the newest ${shown.length}; --all shows all\n`);
  });
}

const columns: readonly Column[] = [
  { title: 'ID' },
  { title: 'TITLE', isWide: true },
  { title: 'ENTRIES', isNumber: true },
  { title: 'DIRECTORY', isWide: true },
  { title: 'ACTIVE', isNumber: true },
];

function drawn(program: Program, { io }: CommandContext, chats: readonly Chat[]): string {
  const now = program.base.clock.now();
  const rows = chats.map(chat => [
    { text: shortId(chat.id) },
    { text: chat.title },
    { text: String(chat.lastSeq) },
    { text: chat.cwd },
    { text: relativeTime(chat.updatedAt, now) },
  ]);
  return table(columns, rows, tableWidth(io));
}
