import type { ToolCall } from '../core/entry.ts';
import type { ApprovalId, ChatId, InboxId, LaneId, WorkerId } from '../core/ids.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { InboxKind, ParkReason, Task } from '../store/rows.ts';
import type { Standing } from './stale-worker.ts';

/** One of the reasons why a lane runs, waits or is idle. Names that end in `At` are times. */
export type Reason =
  | {
      readonly kind: 'ended';
      readonly status: TaskStatus;
      readonly endedAt: number | undefined;
      readonly message?: string;
    }
  /** How it ended waits in an inbox and has not been read. */
  | { readonly kind: 'report-waits'; readonly lane: LaneId; readonly chatId: ChatId }
  | { readonly kind: 'not-due'; readonly dueAt: number }
  | { readonly kind: 'queued'; readonly position: number }
  | { readonly kind: 'cap-reached'; readonly model: string; readonly running: number; readonly cap: number }
  /** No process that lives takes tasks of that chat. */
  | { readonly kind: 'no-worker'; readonly chatId: ChatId }
  | { readonly kind: 'depends-on'; readonly tasks: readonly OtherTask[] }
  | { readonly kind: 'waits-for'; readonly what: 'approval' | 'idle-chat' | 'due' }
  | {
      readonly kind: 'parked';
      readonly reason: ParkReason | undefined;
      readonly taskId: Task['id'];
      readonly chatId: ChatId;
      readonly message: string;
    }
  | {
      readonly kind: 'runs';
      readonly process: ProcessName;
      readonly sinceAt: number | undefined;
      readonly attempt?: number;
      /** The one that it is in, from 1. */
      readonly step?: number;
    }
  /** The store says that it runs, but nobody runs it. */
  | {
      readonly kind: 'runner-gone';
      readonly process: ProcessName | undefined;
      readonly standing: Standing | 'unknown';
      readonly lane: LaneId;
      readonly chatId: ChatId;
    }
  | { readonly kind: 'in-call'; readonly call: ToolCall; readonly sinceAt: number }
  /** Its call has not begun: it waits behind others that use the same thing. */
  | { readonly kind: 'call-waits'; readonly call: ToolCall }
  | { readonly kind: 'asks-model'; readonly sinceAt: number }
  | {
      readonly kind: 'asks-person';
      readonly approvalId: ApprovalId;
      readonly call: Pick<ToolCall, 'tool' | 'input'>;
      readonly askedAt: number;
      readonly deadlineAt: number;
      readonly chatId: ChatId;
    }
  | { readonly kind: 'awaits-tasks'; readonly tasks: readonly OtherTask[] }
  /** A turn was left open, and nobody goes on with it now. */
  | { readonly kind: 'turn-left-open'; readonly sinceAt: number; readonly chatId: ChatId }
  | {
      readonly kind: 'inbox-waits';
      readonly rows: readonly { readonly id: InboxId; readonly kind: InboxKind }[];
      readonly because: 'closed' | 'quiet' | 'soon';
      readonly chatId: ChatId;
    }
  | { readonly kind: 'idle' };

export type ProcessName = {
  readonly workerId: WorkerId;
  readonly kind: string;
  readonly pid: number;
  readonly host: string;
};
export type OtherTask = {
  readonly id: Task['id'];
  readonly description: string;
  /** `parked` where it says that it runs, but its process is gone. */
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly pid?: number;
  readonly isStale: boolean;
};
