import * as z from 'zod';
import type { Entry } from '../core/entry.ts';
import { AppError, isFault } from '../core/error.ts';
import { isId, type TaskId } from '../core/ids.ts';
import { lazy } from '../core/lazy.ts';
import { limits } from '../core/limits.ts';
import { oneLine } from '../core/text.ts';
import type { Task } from '../store/rows.ts';
import { toolInput } from '../tools/input.ts';
import { type AnyTool, defineTool, type ToolResult } from '../tools/tool.ts';
import { listenerOf } from './end-task.ts';
import { hasEnded } from './lifecycle.ts';
import type { Owner } from './owner.ts';
import { endResult } from './results.ts';
import { sendToTask } from './resume-task.ts';
import { stopTask } from './stop-task.ts';
import type { TaskDeps } from './task-deps.ts';
import { transcriptLines } from './transcript.ts';
import { waitForTask } from './wait-task.ts';

const taskId = () => z.string().min(1).describe('As the Task tool gave it: task_…');
const outputInput = toolInput('TaskOutput', () =>
  z.strictObject({
    task_id: taskId(),
    block: z.boolean().default(false).describe('Wait until the task has ended.'),
    timeout_ms: z.number().int().positive().max(3_600_000).default(30_000).describe('With block: how long, at most.'),
  }),
);
const stopInput = toolInput('TaskStop', () => z.strictObject({ task_id: taskId() }));
const sendInput = toolInput('TaskSend', () => z.strictObject({ task_id: taskId(), message: z.string().min(1) }));
const listInput = toolInput('TaskList', () => z.strictObject({}));

/** The tools that go with Task: they work on any task of the chat. */
export function companionTools(deps: TaskDeps, owner: Owner): AnyTool[] {
  return [
    defineTool({
      name: 'TaskOutput',
      prompt:
        'Reads how a task stands: its status, what it did since you last read, and its report when it has ended. Results are delivered to you by themselves, so this is for a look in between, not for polling.',
      input: outputInput,
      access: 'none',
      run: ({ task_id: id, block, timeout_ms: timeoutMs }, { signal }) =>
        answering(async () => readTask(deps, await ownTask(deps, owner, id), { block, timeoutMs, signal, owner })),
    }),
    defineTool({
      name: 'TaskStop',
      prompt: 'Stops a task and everything under it. What it had said by then is kept. You get no notification of it.',
      input: stopInput,
      access: 'delegate',
      isRepeatable: true,
      run: ({ task_id: id }) =>
        answering(async () => {
          const task = await ownTask(deps, owner, id);
          const isStopped = await deps.store.write(tx =>
            stopTask(deps, tx, task.id, stoppedBy(owner, task), owner.lane),
          );
          if (isStopped) return { text: `Task ${task.id} ("${task.description}") is stopped.` };
          const now = await ownTask(deps, owner, id);
          const result = endResult(now, deps.transcripts.path(now), deps.limits);
          return {
            ...result,
            text: `Task ${now.id} had already ended: ${now.status}.\n${result.text}`,
            isError: false,
          };
        }),
    }),
    defineTool({
      name: 'TaskSend',
      prompt:
        'Sends a message to a task: one that runs reads it at its next tool boundary; one that has ended goes on with it and reports again.',
      input: sendInput,
      access: 'delegate',
      run: ({ task_id: id, message }) =>
        answering(async () => {
          const task = await ownTask(deps, owner, id);
          const how = await deps.store.write(tx => sendToTask(deps, tx, task.id, message, { lane: owner.lane }));
          if (how === 'delivered') return { text: `Task ${task.id} will read your message at its next step.` };
          const isOwn = (await listenerOf(deps.store, task)) === owner.lane;
          const reports = isOwn
            ? 'will report again by itself'
            : 'will report to the agent that delegated it, not to you';
          return { text: `Task ${task.id} had ended; it goes on with your message and ${reports}.` };
        }),
    }),
    defineTool({
      name: 'TaskList',
      prompt: 'Lists the tasks of this chat, newest first.',
      input: listInput,
      access: 'none',
      async run() {
        const tasks = (
          await deps.store.tasks({ chatId: owner.chatId, newestFirst: true, limit: limits.taskListEntries })
        ).filter(task => !task.isSilent);
        return { text: tasks.map(line).join('\n') || 'This chat has no tasks.' };
      },
    }),
  ];
}

function stoppedBy(owner: Owner, task: Task): string {
  return task.parentLane === owner.lane
    ? 'stopped by the agent that delegated it'
    : 'stopped by another agent of its chat, not by the one that delegated it';
}

type ReadOptions = {
  block: boolean;
  timeoutMs: number;
  signal: AbortSignal;
  owner: Owner;
};

async function readTask(deps: TaskDeps, task: Task, options: ReadOptions): Promise<ToolResult> {
  const now = options.block ? await waitAtMost(deps, task, options) : task;
  const outputFile = deps.transcripts.path(now);
  if (hasEnded(now)) {
    const result = endResult(now, outputFile, deps.limits);
    return { ...result, text: `status: ${now.status}\n${result.text}`, isError: false };
  }
  const after = await readThrough(deps, options.owner, now.id);
  const entries = await deps.store.entries(now.chatId, { lane: now.id });
  const news = newsOf(entries.filter(entry => entry.seq > after));
  const said = entries.findLast(entry => entry.type === 'model:answered' && entry.text !== '');
  const report = said?.type === 'model:answered' ? `\n\nReport so far:\n${said.text}` : '';
  return {
    text: `status: ${now.status}${now.attempt > 1 ? ` (attempt ${now.attempt})` : ''}${report}\n\nNew since your last read:\n${news || '(nothing)'}\n\nOutput file: ${outputFile}`,
    display: { kind: 'task-read', taskId: now.id, throughSeq: entries.at(-1)?.seq ?? after } satisfies ReadMark,
  };
}

const readMark = lazy(() => z.object({ kind: z.literal('task-read'), taskId: z.string(), throughSeq: z.number() }));
type ReadMark = z.infer<ReturnType<typeof readMark>>;

/** The newest entry of a task that its owner's lane was shown: in the log, so also after a restart. */
async function readThrough(deps: TaskDeps, owner: Owner, id: TaskId): Promise<number> {
  const entries = await deps.store.entries(owner.chatId, { lane: owner.lane });
  const marks = entries.flatMap(entry => {
    if (entry.type !== 'tool:ended' || entry.tool !== 'TaskOutput') return [];
    const mark = readMark().safeParse(entry.display);
    return mark.success && mark.data.taskId === id ? [mark.data.throughSeq] : [];
  });
  return Math.max(0, ...marks);
}

function newsOf(entries: readonly Entry[]): string {
  return entries
    .flatMap(entry => transcriptLines(entry))
    .slice(-60)
    .join('\n');
}

async function waitAtMost(deps: TaskDeps, task: Task, { timeoutMs, signal, owner }: ReadOptions): Promise<Task> {
  const controller = new AbortController();
  const cancel = deps.clock.after(timeoutMs, () => controller.abort());
  try {
    return await owner.whileWaiting(() => waitForTask(deps, task.id, AbortSignal.any([signal, controller.signal])));
  } catch (error) {
    if (!controller.signal.aborted && !signal.aborted) throw error;
    return (await deps.store.task(task.id)) ?? task;
  } finally {
    cancel();
  }
}

async function ownTask(deps: TaskDeps, owner: Owner, id: string): Promise<Task> {
  const task = isId('task', id) ? await deps.store.task(id) : undefined;
  if (task && task.chatId === owner.chatId) return task;
  const known = await deps.store.tasks({ chatId: owner.chatId, newestFirst: true, limit: 5 });
  const hint =
    known.length === 0
      ? 'This chat has no tasks.'
      : `The newest are: ${known.map(row => `${row.id} (${row.description})`).join(', ')}.`;
  throw new AppError('not-found', `There is no task "${id}" in this chat. ${hint}`);
}

/** Foreseen failures are answers to the model. */
async function answering(run: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await run();
  } catch (error) {
    if (isFault(error, 'not-found') || isFault(error, 'conflict') || isFault(error, 'bad-input'))
      return { text: `Error: ${error.message}`, isError: true };
    throw error;
  }
}

function line(task: Task): string {
  return `${task.id} ${task.status} ${task.agentType} "${oneLine(task.description, 80)}"`;
}
