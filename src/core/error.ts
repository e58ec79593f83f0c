/**
 * Why foreseen work failed. `usage`: the caller's words are wrong (exit 2); `bad-input`: data is wrong (exit 2);
 * `not-found`: it names nothing that exists (exit 2); `denied`: not allowed; `conflict`: the state does not permit it;
 * `fenced`: written on behalf of an attempt or a lease that is over; `timeout`, `provider`, `store`, `budget`: failed at work (exit 1).
 */
export type Fault =
  | 'usage'
  | 'bad-input'
  | 'not-found'
  | 'denied'
  | 'conflict'
  | 'fenced'
  | 'timeout'
  | 'provider'
  | 'budget'
  | 'store';

/** A failure we foresaw. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly fault: Fault;

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** Whoever read standard output went away (`| head -1`). Not a failure: the program saves its state and leaves quietly. */
export class ClosedOutput extends Error {
  override readonly name = 'ClosedOutput';
}

/** True for an `AppError`, of that fault when one is given. */
export function isFault(error: unknown, fault?: Fault): error is AppError {
  return error instanceof AppError && (fault === undefined || error.fault === fault);
}

/** What to show of a thrown value: its message, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Stops compiling when a union gains a member that a switch forgot. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled: ${JSON.stringify(value)}`);
}
