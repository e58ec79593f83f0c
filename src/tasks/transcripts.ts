import type { Entry } from '../core/entry.ts';
import { messageOf } from '../core/error.ts';
import type { ChatId, TaskId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { Files, Log } from '../core/ports.ts';
import type { Task } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { transcriptHead, transcriptLinesOf } from './transcript.ts';

export type Transcripts = {
  /** Absolute path of a task's transcript, whether it exists yet or not. */
  path(task: { readonly chatId: ChatId; readonly id: TaskId }): string;
  /** Writes the files as this process commits entries of tasks. What is returned ends that and resolves when all is written. */
  follow(): () => Promise<void>;
  /** Writes the file anew from the log; returns its path. */
  rebuild(task: Task): Promise<string>;
};

type Open = {
  /** Bytes of the whole, more than the file has once its middle is cut; 0: not begun by this process. */
  written: number;
  /** The newest entry that the file tells of. */
  throughSeq: number;
  task: Task | undefined;
  chain: Promise<void>;
};

/**
 * The readable files of tasks, in `<directory>/<chat id>/<task id>.log` (0700, 0600). Each is a fold of the log: what a crash or a full disk
 * left out is added when the task goes on, or by `rebuild`. A file never grows beyond `limits.transcriptBytes`; then its middle is cut and marked.
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

  async function wholeOf(task: Task): Promise<{ text: string; throughSeq: number }> {
    const entries = await store.entries(task.chatId, { lane: task.id });
    const text = asText([...transcriptHead(task), ...entries.flatMap(entry => transcriptLinesOf(task, entry))]);
    return { text, throughSeq: entries.at(-1)?.seq ?? 0 };
  }

  async function write(task: Task, text: string): Promise<void> {
    await files.makeDirectory(`${deps.directory}/${task.chatId}`, { mode: 0o700 });
    await files.writeAtomic(path(task), bounded(text, limits.transcriptBytes), { mode: 0o600 });
  }

  /** Brings the file up to the log: adds what is missing when it is a beginning of it, and writes it anew when it is not. */
  async function catchUp(item: Open, task: Task): Promise<void> {
    const { text, throughSeq } = await wholeOf(task);
    const bytes = Buffer.byteLength(text);
    const size = (await files.stat(path(task)))?.size ?? 0;
    const isComparable = bytes <= limits.transcriptBytes && size <= bytes;
    const present = size > 0 && isComparable ? await files.readText(path(task)) : '';
    if (isComparable && text.startsWith(present)) await append(task, text.slice(present.length));
    else await write(task, text);
    item.written = bytes;
    item.throughSeq = throughSeq;
  }

  async function append(task: Task, added: string): Promise<void> {
    if (added !== '') await files.append(path(task), added, { mode: 0o600 });
  }

  async function add(item: Open, id: TaskId, entries: readonly Entry[]): Promise<void> {
    item.task ??= await store.task(id);
    const { task } = item;
    if (!task) return;
    if (item.written === 0) {
      await files.makeDirectory(`${deps.directory}/${task.chatId}`, { mode: 0o700 });
      return catchUp(item, task);
    }
    const unwritten = entries.filter(entry => entry.seq > item.throughSeq);
    const last = unwritten.at(-1);
    if (!last) return;
    const added = asText(unwritten.flatMap(entry => transcriptLinesOf(task, entry)));
    const bytes = item.written + Buffer.byteLength(added);
    if (bytes > limits.transcriptBytes) return catchUp(item, task);
    await append(task, added);
    item.written = bytes;
    item.throughSeq = last.seq;
  }

  function queue(id: TaskId, entries: readonly Entry[]): void {
    const item = open.get(id) ?? { written: 0, throughSeq: 0, task: undefined, chain: Promise.resolve() };
    open.set(id, item);
    item.chain = item.chain
      .then(() => add(item, id, entries))
      .catch(error => {
        item.written = 0;
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

function asText(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}

/** Head and tail of a text that is too long, by whole lines, with the cut marked. */
function bounded(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const share = Math.floor((maxBytes - 100) / 2);
  const head = bytes.subarray(0, share).toString();
  const tail = bytes.subarray(bytes.length - share).toString();
  const left = head.slice(0, head.lastIndexOf('\n') + 1);
  const right = tail.slice(tail.indexOf('\n') + 1);
  return `${left}[… ${bytes.length - Buffer.byteLength(left) - Buffer.byteLength(right)} bytes left out; \`tasks transcript --json\` has all …]\n${right}`;
}
