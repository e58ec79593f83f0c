import type { Entry } from '../../src/core/entry.ts';
import type { ChatId, InboxId, LaneId, ScheduleId, TaskId } from '../../src/core/ids.ts';
import type { Approval, Chat, InboxRow, LaneRow, Task } from '../../src/store/rows.ts';

/** In whose name a transaction wrote. */
export type Claim =
  | { readonly kind: 'lane'; readonly chatId: ChatId; readonly lane: LaneId; readonly epoch: number }
  | { readonly kind: 'task'; readonly taskId: TaskId; readonly attempt: number };

/** One transaction that was kept, as it was at its commit. */
export type Commit = {
  readonly number: number;
  readonly process: string;
  /** Virtual milliseconds since the beginning. */
  readonly at: number;
  readonly claims: readonly Claim[];
  readonly entries: readonly Entry[];
  readonly put: readonly InboxRow[];
  readonly schedules: readonly ScheduleStep[];
};

/** What a transaction did with a schedule, in its order. */
export type ScheduleStep =
  /** Its due time was taken, and is another one from now on. */
  | { readonly kind: 'moved'; readonly id: ScheduleId; readonly from: number; readonly nextAt: number | undefined }
  /** A person enabled or disabled it. */
  | { readonly kind: 'set'; readonly id: ScheduleId; readonly nextAt: number | undefined }
  /** A task was made for a due time; it stands for those since `since`, too. */
  | { readonly kind: 'fired'; readonly id: ScheduleId; readonly due: number; readonly since: number };

/** What a program was told is so: from then on it must not be lost. */
export type Ack =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'task'; readonly taskId: TaskId };

/** What a person typed. `calledAt` and `ackedAt` count the events of the whole run, so that one before the other is certain. */
export type Input = {
  readonly id: InboxId;
  readonly chatId: ChatId;
  readonly takes: 'boundary' | 'turn';
  readonly calledAt: number;
  readonly ackedAt: number;
};

/** One run of a tool that began. */
export type ToolRun = {
  readonly chatId: ChatId;
  readonly lane: LaneId;
  readonly callId: string;
  readonly tool: string;
  readonly isReadOnly: boolean;
  readonly process: string;
};

/** What the store holds when all is quiet. */
export type End = {
  readonly chats: readonly Chat[];
  readonly entries: readonly Entry[];
  readonly inbox: readonly InboxRow[];
  readonly tasks: readonly (Task & { readonly dependsOn: readonly TaskId[] })[];
  readonly lanes: readonly LaneRow[];
  readonly openApprovals: readonly Approval[];
  /** What the clock on the wall shows. */
  readonly wallMs: number;
  /** Chats that a living program has open, and those whose tasks some living program runs. */
  readonly driven: readonly ChatId[];
  readonly served: readonly ChatId[];
};

/** All that the checker knows of a run. */
export type History = {
  readonly commits: readonly Commit[];
  readonly acks: readonly Ack[];
  readonly inputs: readonly Input[];
  readonly runs: readonly ToolRun[];
  /** What showed by itself: something thrown, a request that a provider refuses, a run that never came to rest. */
  readonly problems: readonly string[];
  readonly end: End;
};
