import * as z from 'zod';
import { AppError } from '../../../src/core/error.ts';
import type { ChatId } from '../../../src/core/ids.ts';
import type { Effects } from '../../../src/store/tx.ts';
import type { State } from './state.ts';

/** One transaction: a state that its writes replace, and that counts when it is taken over. */
export type Draft = { state: State; readonly effects: Effects };

/** Runs a step of a transaction, at once. */
export type Run = <T>(step: () => T) => Promise<T>;

export function draftOf(state: State): Draft {
  return { state, effects: { entries: [], touchedInbox: false, touchedTasks: false, touchedSchedules: false } };
}

export function put(draft: Draft, change: Partial<State>): void {
  draft.state = { ...draft.state, ...change };
}

export function missing(what: string): AppError {
  return new AppError('not-found', `There is no ${what}`);
}

/** What a foreign key to `chats` refuses. */
export function mustHaveChat({ state }: Draft, id: ChatId): void {
  if (!state.chats.has(id)) throw new AppError('not-found', 'It refers to something that does not exist');
}

/** A database writes JSON and parses what it reads: what it could not read again must not be written. */
export function mustBeReadable(parsed: z.ZodSafeParseResult<unknown>, what: string): void {
  if (!parsed.success) throw new Error(`the ${what} could not be read again: ${z.prettifyError(parsed.error)}`);
}
