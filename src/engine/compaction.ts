import type { Entry } from '../core/entry.ts';
import { limits } from '../core/limits.ts';
import { openStatuses } from '../core/task-status.ts';
import { cutMiddle, oneLine } from '../core/text.ts';
import type { Message, ModelFailure } from '../models/model.ts';
import type { Task } from '../store/rows.ts';
import { askModel } from './ask-model.ts';
import type { Context } from './context.ts';
import { charsPerToken, estimateTokens } from './estimate.ts';
import { commit, type Engine, type LaneWork } from './lane-work.ts';

/** Share of the window that stays word for word after a compaction. */
const keptShare = 0.2;

const instruction = `Write a summary of this conversation so that you can go on with the work from it alone; the conversation itself will be gone.
State: what the user wants, word for word where wording matters; what was done, with file paths and commands; what was found; decisions and their reasons;
what is still open and the next step. Keep names, paths, numbers and ids exact. Answer with the summary only.`;

function tokensOf(messages: readonly Message[], system: string): number {
  return estimateTokens(messages.reduce((sum, message) => sum + charsOf(message), system.length));
}

export function needsCompaction(engine: Engine, work: LaneWork, messages: readonly Message[]): boolean {
  const facts = engine.models.facts(work.model);
  return messages.length > 4 && tokensOf(messages, work.system) > facts.contextWindow * engine.limits.compactAt;
}

/**
 * Replaces the older part of a lane by a summary that the lane's own model writes. The ids of unfinished tasks are added from the store,
 * not from the model, so that they survive whatever it forgets. Returns the entries it wrote.
 * Or the failure, when the model does not answer.
 */
export async function compact(
  engine: Engine,
  work: LaneWork,
  context: Context,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly Entry[] } | { readonly failure: ModelFailure }> {
  const entries = await engine.store.entries(work.chatId, { lane: work.lane });
  const throughSeq = cutPoint(entries, engine.models.facts(work.model).contextWindow * keptShare * charsPerToken);
  const request: Message[] = [...shorten(context.messages), { role: 'user', text: instruction }];
  const outcome = await askFitting(engine, work, request, signal);
  if (outcome.type === 'failed') {
    const message = `the conversation could not be compacted: ${outcome.failure.message}`;
    return { failure: { ...outcome.failure, message, partialText: '' } };
  }
  const open = await engine.store.tasks({
    chatId: work.chatId,
    parentLane: work.lane,
    statuses: openStatuses,
  });
  const summary = [
    `Summary of the conversation so far, written when the context was full:`,
    outcome.answer.text,
    openTasks(open),
  ];
  const { usage } = outcome.answer;
  const written = await commit(
    engine,
    work,
    [{ type: 'context:compacted', summary: summary.filter(part => part !== '').join('\n\n'), throughSeq, usage }],
    async tx => {
      if (work.fence.kind === 'task') await tx.addTaskUsage(work.fence.taskId, { usage, toolUses: 0, steps: 0 });
    },
  );
  return { entries: written };
}

/** Asks for the summary; when even that does not fit, again without the older half, twice at most. */
async function askFitting(engine: Engine, work: LaneWork, request: readonly Message[], signal: AbortSignal) {
  let messages = request;
  for (let tries = 0; ; tries += 1) {
    const outcome = await askModel(engine, work, messages, [], signal);
    const mayShrink = outcome.type === 'failed' && outcome.failure.kind === 'overflow' && tries < 2;
    if (!mayShrink) return outcome;
    messages = newerHalf(messages);
  }
}

/** Begins at a user message, so that no result is without its call. */
function newerHalf(messages: readonly Message[]): Message[] {
  const middle = Math.floor(messages.length / 2);
  const start = messages.findIndex((message, index) => index >= middle && message.role !== 'tool');
  const half = messages.slice(start < 0 ? messages.length - 1 : start);
  return [{ role: 'user', text: '[The older part of the conversation is left out.]' }, ...half];
}

/** Sequence number up to which entries are summarised: the newest place before a user's or the program's word, or an answer, that keeps at most `keepChars`. */
function cutPoint(entries: readonly Entry[], keepChars: number): number {
  let kept = 0;
  let cut = entries.at(-1)?.seq ?? 0;
  for (const entry of entries.toReversed()) {
    kept += JSON.stringify(entry).length;
    if (kept > keepChars) break;
    if (startsExchange(entry)) cut = entry.seq - 1;
  }
  return cut;
}

function startsExchange(entry: Entry): boolean {
  return [
    'user:said',
    'task:instructed',
    'notification:delivered',
    'lane:messaged',
    'program:remarked',
    'model:answered',
  ].includes(entry.type);
}

function shorten(messages: readonly Message[]): Message[] {
  const note = (omitted: number) => `[… ${omitted} characters left out …]`;
  return messages.map(message =>
    message.role === 'tool' ? { ...message, text: cutMiddle(message.text, limits.summaryResultChars, note) } : message,
  );
}

function openTasks(tasks: readonly Task[]): string {
  if (tasks.length === 0) return '';
  return [
    'Tasks of yours that are not finished (their ids are exact):',
    ...tasks.map(task => `- ${task.id} ${task.status}: ${oneLine(task.description, 120)}`),
  ].join('\n');
}

/** Characters of a message as a request has it, calls and thoughts included. */
export function charsOf(message: Message): number {
  if (message.role !== 'assistant') return message.text.length;
  return message.calls.reduce(
    (sum, call) => sum + call.tool.length + JSON.stringify(call.input ?? null).length,
    message.text.length + (message.thinking ?? '').length,
  );
}
