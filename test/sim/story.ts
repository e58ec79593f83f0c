import type { Entry, EntryBody } from '../../src/core/entry.ts';
import type { ChatId, InboxId, LaneId, ScheduleId, TaskId, TurnId, UserId } from '../../src/core/ids.ts';
import type { InboxRow } from '../../src/store/rows.ts';
import { aTask } from '../contract/store/world.ts';
import type { Claim, Commit, End, History, ScheduleStep } from './history.ts';

/** A history that can be written by hand, and broken. */
export type Story = Mutable<Omit<History, 'end'>> & { end: Mutable<End> };
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

// Ids of a story are words: nothing here asks for their form.
export const chat = 'chat_1' as ChatId;
export const task = 'task_1' as TaskId;
export const child = 'task_2' as TaskId;
const schedule = 'schedule_1' as ScheduleId;
const turn = (name: string) => `turn_${name}` as TurnId;

export type Line = readonly [LaneId, EntryBody];

/** Adds a commit with its entries; everybody was told of them. */
export function tell(
  story: Story,
  process: string,
  claims: readonly Claim[],
  lines: readonly Line[],
  put: readonly InboxRow[] = [],
  schedules: readonly ScheduleStep[] = [],
): Entry[] {
  const entries = lines.map(
    ([lane, body], index): Entry => ({ chatId: chat, seq: story.end.entries.length + 1 + index, lane, at: 0, ...body }),
  );
  story.commits.push({
    number: story.commits.length + 1,
    process,
    at: 0,
    claims,
    entries,
    put,
    schedules,
  } satisfies Commit);
  story.end.entries.push(...entries);
  story.end.inbox.push(...put.map(row => ({ ...row })));
  story.acks.push(...entries.map(entry => ({ kind: 'entry' as const, entry })));
  return entries;
}

export const main = (epoch = 1): Claim => ({ kind: 'lane', chatId: chat, lane: 'main', epoch });
export const of = (taskId: TaskId, attempt = 1): Claim => ({ kind: 'task', taskId, attempt });

export function row(id: string, lane: LaneId, more: Partial<InboxRow> = {}): InboxRow {
  return {
    id: id as InboxId,
    chatId: chat,
    lane,
    kind: 'input',
    text: id,
    wakes: true,
    takes: 'boundary',
    createdAt: 0,
    ...more,
  };
}

const said = (id: string): EntryBody => ({ type: 'user:said', inboxId: id as InboxId, text: id });
export const started = (name: string): EntryBody => ({
  type: 'turn:started',
  turnId: turn(name),
  model: 'm',
  cause: 'input',
});
export const done = (name: string): EntryBody => ({ type: 'turn:ended', turnId: turn(name), end: 'done' });
export const answers = (name: string, ...calls: readonly string[]): EntryBody => ({
  type: 'model:answered',
  turnId: turn(name),
  model: 'm',
  text: name,
  calls: calls.map(callId => ({ callId, tool: 'Change', input: { callId } })),
  stop: calls.length > 0 ? 'tools' : 'end',
  usage: { inputTokens: 100, outputTokens: 10 },
  durationMs: 1,
});
export const result = (name: string, callId: string): EntryBody => ({
  type: 'tool:ended',
  turnId: turn(name),
  callId,
  tool: 'Change',
  text: 'ok',
  isError: false,
  durationMs: 1,
});
export const queued = (id: TaskId, parentLane: LaneId, more: object = {}): Line => [
  id,
  {
    type: 'task:queued',
    taskId: id,
    parentLane,
    agentType: 'a',
    description: id,
    model: 'm',
    isBackground: true,
    isSilent: false,
    dependsOn: [],
    depth: 1,
    ...more,
  },
];
export const begins = (id: TaskId, attempt = 1): Line => [id, { type: 'task:started', taskId: id, attempt }];
export const ends = (id: TaskId, attempt = 1, kind: 'completed' | 'failed' = 'completed'): Line => [
  id,
  {
    type: 'task:ended',
    taskId: id,
    attempt,
    outcome: kind === 'completed' ? { kind, report: 'r' } : { kind, reason: 'r', message: 'm' },
    usage: {},
    toolUses: 0,
  },
];
const told = (inboxId: string, taskId: TaskId): EntryBody => ({
  type: 'notification:delivered',
  text: taskId,
  isLate: false,
  tasks: [{ inboxId: inboxId as InboxId, taskId, status: 'completed', summary: 's' }],
});

export function taskRow(id: TaskId, more: Partial<End['tasks'][number]> = {}): End['tasks'][number] {
  return {
    ...aTask(chat, { id, description: id, parentLane: 'main', status: 'completed', attempt: 1 }),
    dependsOn: [],
    ...more,
  };
}

function emptyStory(): Story {
  return {
    commits: [],
    acks: [],
    inputs: [],
    runs: [],
    problems: [],
    end: {
      chats: [],
      entries: [],
      inbox: [],
      tasks: [],
      lanes: [],
      openApprovals: [],
      wallMs: 1_000_000,
      driven: [chat],
      served: [chat],
    },
  };
}

/** The chat counts what was told of it. */
export function finish(story: Story): Story {
  const { length } = story.end.entries;
  const base = {
    userId: 'user_1' as UserId,
    kind: 'person',
    title: 't',
    cwd: '/',
    createdAt: 0,
    updatedAt: 0,
  } as const;
  story.end.chats = [{ id: chat, ...base, lastSeq: length }];
  return story;
}

/** A commit that takes a due time of a schedule and makes its task, for `due` when others were missed. */
export function fires(from: number, nextAt: number, due = from): ScheduleStep[] {
  return [
    { kind: 'moved', id: schedule, from, nextAt },
    { kind: 'fired', id: schedule, due, since: from },
  ];
}

/**
 * A person asks, the agent changes something and lets a task work in the background, which lets a child work; both report, and the person
 * hears of it. A schedule fires, and fires again for what was missed. Nothing is wrong with it.
 */
export function soundStory(): Story {
  const story = emptyStory();
  tell(story, 'a', [], [], [row('in_1', 'main', { deliveredSeq: 2 }), row('in_2', 'main', { deliveredSeq: 3 })]);
  tell(story, 'a', [main()], [['main', started('1')]]);
  tell(
    story,
    'a',
    [main()],
    [
      ['main', said('in_1')],
      ['main', said('in_2')],
    ],
  );
  tell(story, 'a', [main()], [['main', answers('1', 'c1')]]);
  tell(story, 'a', [main()], [['main', result('1', 'c1')]]);
  tell(story, 'a', [], [queued(task, 'main')]);
  tell(story, 'a', [], [begins(task)]);
  tell(story, 'a', [of(task)], [[task, started('2')]]);
  tell(story, 'a', [], [queued(child, task)]);
  tell(story, 'a', [], [begins(child)]);
  const toTask = row('n_2', task, { kind: 'notification', from: child, deliveredSeq: 12 });
  tell(story, 'a', [of(child)], [ends(child)], [toTask]);
  tell(story, 'a', [of(task)], [[task, told('n_2', child)]]);
  tell(story, 'a', [of(task)], [[task, answers('2')]]);
  tell(story, 'a', [of(task)], [[task, done('2')]]);
  const toMain = row('n_1', 'main', { kind: 'notification', from: task, deliveredSeq: 16 });
  tell(story, 'a', [of(task)], [ends(task)], [toMain]);
  tell(story, 'a', [main()], [['main', told('n_1', task)]]);
  tell(story, 'a', [main()], [['main', answers('1b')]]);
  tell(story, 'a', [main()], [['main', done('1')]]);
  tell(story, 'a', [], [], [], fires(1_000, 2_000));
  tell(story, 'b', [], [], [], fires(2_000, 5_000, 4_000));
  story.end.tasks.push(taskRow(task), taskRow(child, { parentLane: task, depth: 2 }));
  const input = { chatId: chat, takes: 'boundary' } as const;
  story.inputs.push({ id: 'in_1' as InboxId, ...input, calledAt: 1, ackedAt: 2 });
  story.inputs.push({ id: 'in_2' as InboxId, ...input, calledAt: 3, ackedAt: 4 });
  const run = { chatId: chat, lane: 'main', tool: 'Change', isReadOnly: false, process: 'a' } as const;
  story.runs.push({ ...run, callId: 'c1' });
  return finish(story);
}
