import type { Entry } from '../core/entry.ts';
import { messageOf } from '../core/error.ts';
import type { ChatId, TaskId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { Files, Log } from '../core/ports.ts';
import type { Task } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { addLines, appendable, type Kept, noText } from './bounded-text.ts';
import { transcriptHead, transcriptLinesOf } from './transcript.ts';

const lineEnd = 0x0a;

export type Transcripts = {
  /** Absolute path of a task's transcript, whether it exists yet or not. */
  path(task: { readonly chatId: ChatId; readonly id: TaskId }): string;
  /** Writes the files as this process commits entries of tasks. What is returned ends that and resolves when all is written. */
  follow(): () => Promise<void>;
  /** Writes the file anew from the log; returns its path. */
  rebuild(task: Task): Promise<string>;
};

type Open = {
  /** What the file keeps; undefined: not begun by this process. */
  kept: Kept | undefined;
  /** The newest entry that the file tells of. */
  throughSeq: number;
  task: Task | undefined;
  chain: Promise<void>;
};

/**
 * The readable files of tasks, in `<directory>/<chat id>/<task id>.log` (0700, 0600). Each is a fold of the log: what a crash or a full disk
 * left out is added when the task goes on, or by `rebuild`. A file never grows beyond `limits.transcriptBytes`: its middle is cut and marked, and
 * it is written anew once for each quarter of that which is added.
 */
export function createTranscripts(deps: {
  readonly store: Store;
  readonly files: Files;
  readonly directory: string;
  readonly limits: Limits;
  readonly log: Log;
}): Transcripts {
  const { store, files, limits } = deps;
  const open = new Map<TaskId, Open>();
  const path = ({ chatId, id }: { chatId: ChatId; id: TaskId }) => `${deps.directory}/${chatId}/${id}.log`;

  async function wholeOf(task: Task) {
    const entries = await store.entries(task.chatId, { lane: task.id });
    const lines = [...transcriptHead(task), ...entries.flatMap(entry => transcriptLinesOf(task, entry))];
    return { ...addLines(noText, lines, limits.transcriptBytes), throughSeq: entries.at(-1)?.seq ?? 0 };
  }

  async function write(task: Task, text: Buffer): Promise<void> {
    await files.makeDirectory(`${deps.directory}/${task.chatId}`, { mode: 0o700 });
    await files.writeAtomic(path(task), text, { mode: 0o600 });
  }

  /** Brings the file up to the log: adds what is missing when it is a beginning of it, and writes it anew when it is not. */
  async function catchUp(item: Open, task: Task): Promise<void> {
    const { text, kept, throughSeq } = await wholeOf(task);
    const size = (await files.stat(path(task)))?.size ?? 0;
    const present = size > 0 && size <= text.length ? await files.readBytes(path(task)) : Buffer.alloc(0);
    const isBeginning = size <= text.length && text.subarray(0, size).equals(present);
    if (isBeginning && (size === 0 || text[size - 1] === lineEnd)) await append(task, text.subarray(size));
    else {
      // One whose middle is left out differs from the log whenever more was left out meanwhile.
      if (!isBeginning && kept.leftOut === 0)
        deps.log.warn('a transcript was not what the log says; it is written anew', {
          task: task.id,
          file: path(task),
        });
      await write(task, text);
    }
    item.kept = kept;
    item.throughSeq = throughSeq;
  }

  async function append(task: Task, added: Buffer): Promise<void> {
    if (added.length > 0) await files.append(path(task), added.toString(), { mode: 0o600 });
  }

  /** Adds lines to a file that they make too long. One that is not as it was left is made good from the log. */
  async function rewrite(item: Open, task: Task, kept: Kept, lines: readonly string[]): Promise<void> {
    const present = Buffer.from(await files.readBytes(path(task)));
    if (present.length !== kept.bytes) return catchUp(item, task);
    const shorter = addLines({ kept, text: present }, lines, limits.transcriptBytes);
    await write(task, shorter.text);
    item.kept = shorter.kept;
  }

  async function add(item: Open, id: TaskId, entries: readonly Entry[]): Promise<void> {
    item.task ??= await store.task(id);
    const { task, kept } = item;
    if (!task) return;
    if (!kept) {
      await files.makeDirectory(`${deps.directory}/${task.chatId}`, { mode: 0o700 });
      return catchUp(item, task);
    }
    const unwritten = entries.filter(entry => entry.seq > item.throughSeq);
    const last = unwritten.at(-1);
    if (!last) return;
    const lines = unwritten.flatMap(entry => transcriptLinesOf(task, entry));
    const more = appendable(kept, lines, limits.transcriptBytes);
    item.throughSeq = last.seq;
    if (!more) return rewrite(item, task, kept, lines);
    await append(task, more.text);
    item.kept = more.kept;
  }

  function queue(id: TaskId, entries: readonly Entry[]): void {
    const item = open.get(id) ?? { kept: undefined, throughSeq: 0, task: undefined, chain: Promise.resolve() };
    open.set(id, item);
    item.chain = item.chain
      .then(() => add(item, id, entries))
      .catch(error => {
        item.kept = undefined;
        deps.log.warn('a transcript could not be written; it is made good from the log later', {
          task: id,
          error: messageOf(error),
        });
      });
    if (!entries.some(entry => entry.type === 'task:ended')) return;
    const { chain } = item;
    void chain.then(() => item.chain === chain && open.delete(id));
  }

  return {
    path,
    async rebuild(task) {
      await write(task, (await wholeOf(task)).text);
      return path(task);
    },
    follow() {
      const off = store.onChange(change => {
        if (change.kind !== 'committed') return;
        for (const [lane, entries] of byLane(change.entries)) if (lane !== 'main') queue(lane, entries);
      });
      return async () => {
        off();
        await Promise.all([...open.values()].map(item => item.chain));
      };
    },
  };
}

function byLane(entries: readonly Entry[]): Map<Entry['lane'], Entry[]> {
  return Map.groupBy(entries, entry => entry.lane);
}
