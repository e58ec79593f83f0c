import type { Entry, EntryBody } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { ChatId, UserId } from '../core/ids.ts';
import { openStatuses } from '../core/task-status.ts';
import { oneLine } from '../core/text.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader, Tx } from '../store/store.ts';
import type { BaseDeps } from './working.ts';

export type ForkWanted = {
  readonly from: ChatId;
  readonly user: UserId;
  /** Empty: that of the other chat, marked. */
  readonly title?: string | undefined;
  /** Entries before this one; absent: all. */
  readonly before?: number | undefined;
};

/**
 * A new chat that begins with what was said in another: its main lane, entry by entry with their times, so that a model goes on from it as from its
 * own. Tasks stay where they are, with whom they report to; what they reported is in the copy, and of those that are unfinished the model is told.
 * The mode goes along; what was allowed in the other chat does not. One commit. AppError `not-found` without such a chat.
 */
export async function forkChat(
  { store, ids, clock }: Pick<BaseDeps, 'store' | 'ids' | 'clock'>,
  { from, user, title = '', before }: ForkWanted,
): Promise<Chat> {
  const id = ids('chat');
  // What stands in a log never changes: it need not be read in the transaction.
  const through = before === undefined ? undefined : before - 1;
  const entries = await store.entries(from, { lane: 'main', through });
  return store.write(async tx => {
    const origin = await tx.chat(from);
    if (!origin) throw new AppError('not-found', `there is no chat ${from}`);
    const at = clock.now();
    const named = oneLine(title, 80) || oneLine(`${origin.title} (fork)`, 80);
    const { kind, cwd } = origin;
    await tx.createChat({ id, userId: user, kind, title: named, cwd, createdAt: at, updatedAt: at });
    const forkedFrom = { chatId: from, seq: entries.at(-1)?.seq ?? 0 };
    await tx.append(id, 'main', at, [{ type: 'chat:created', title: named, userId: user, cwd, forkedFrom }]);
    await appendCopies(tx, id, copiesOf(entries));
    const last = [...endOf(entries), ...(await remarkOf(tx, from, entries))];
    if (last.length > 0) await tx.append(id, 'main', at, last);
    const chat = await tx.chat(id);
    if (!chat) throw new AppError('store', `the chat ${id} that was just made is not there`);
    return chat;
  });
}

type Copy = { readonly at: number; readonly body: EntryBody };

/** The copies stand after the entry that makes the chat, one after the other. */
const firstCopySeq = 2;

function copiesOf(entries: readonly Entry[]): Copy[] {
  const kept = withoutEmptyTurn(entries.filter(isToCopy));
  return kept.map(entry => ({ at: entry.at, body: bodyIn(kept, entry) }));
}

function isToCopy(entry: Entry): boolean {
  if (entry.type === 'policy:changed') return entry.change.kind === 'mode';
  return entry.type !== 'chat:created' && entry.type !== 'chat:renamed' && !entry.type.startsWith('approval:');
}

/** A turn in which nothing has happened yet is none to show. */
function withoutEmptyTurn(entries: readonly Entry[]): readonly Entry[] {
  return entries.at(-1)?.type === 'turn:started' ? entries.slice(0, -1) : entries;
}

/** What of a lane a summary stands for is told by sequence numbers, and those of the copies are others. */
function bodyIn(kept: readonly Entry[], { chatId: _chat, seq: _seq, lane: _lane, at: _at, ...rest }: Entry): EntryBody {
  // An entry is its envelope and its body.
  const body = rest as EntryBody;
  if (body.type !== 'context:compacted') return body;
  const summed = kept.filter(({ seq }) => seq <= body.throughSeq).length;
  return { ...body, throughSeq: firstCopySeq + summed - 1 };
}

/** Those of one moment together: each call numbers all that it is given. */
async function appendCopies(tx: Tx, id: ChatId, copies: readonly Copy[]): Promise<void> {
  for (let start = 0; start < copies.length; ) {
    const at = copies[start]?.at ?? 0;
    const next = copies.findIndex((copy, index) => index > start && copy.at !== at);
    const end = next === -1 ? copies.length : next;
    await tx.append(
      id,
      'main',
      at,
      copies.slice(start, end).map(({ body }) => body),
    );
    start = end;
  }
}

/** A turn that is open there is over here: its calls run there. */
function endOf(entries: readonly Entry[]): EntryBody[] {
  const { turnId } = withoutEmptyTurn(entries).reduce(reduceLane, emptyLane);
  const message = 'this chat was forked off here; what was under way goes on in the other one';
  return turnId === undefined ? [] : [{ type: 'turn:ended', turnId, end: 'interrupted', message }];
}

/** What the model would otherwise wait for. */
async function remarkOf(reader: Reader, from: ChatId, entries: readonly Entry[]): Promise<EntryBody[]> {
  const now = entries.at(-1)?.at ?? 0;
  const open = await reader.tasks({ chatId: from, parentLane: 'main', statuses: openStatuses });
  const known = open.filter(task => task.createdAt <= now);
  if (known.length === 0) return [];
  const list = known.map(task => `- ${task.id} ${task.status}: ${oneLine(task.description, 120)}`);
  const text = `This conversation was forked off from another one (${from}) here. These tasks go on there; they report there, and not here:`;
  return [{ type: 'program:remarked', text: [text, ...list].join('\n') }];
}
