/** What can be wrong after a crash. */
export type Problem = {
  readonly kind: /** Acknowledged, and not there any more. */
    | 'lost'
    /** There, or done, more often than once. */
    | 'doubled'
    /** There, and nobody took it up. */
    | 'unwoken'
    /** A process, a lock or a file that nobody needs. */
    | 'leftover'
    /** Anything else that must not be. */
    | 'broken';
  readonly text: string;
};
export type ProblemKind = Problem['kind'];

export function problem(kind: ProblemKind, text: string): Problem {
  return { kind, text };
}

/** For what has to be there once: nothing when it is. */
export function unlessOnce(times: number, text: string): Problem[] {
  if (times === 1) return [];
  return [problem(times === 0 ? 'lost' : 'doubled', `${text}: ${times} times instead of once`)];
}
