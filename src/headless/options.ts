/** Which chat a run goes on in. */
type ChatChoice =
  | { readonly kind: 'new' }
  /** The newest of this working directory. */
  | { readonly kind: 'newest' }
  | { readonly kind: 'named'; readonly id: string };

export type HeadlessOptions = {
  /** From the command line; what is piped in is added to it. */
  readonly prompt: string;
  readonly chat: ChatChoice;
  readonly appendSystemPrompt: string;
  readonly outputFormat: 'text' | 'json' | 'stream-json';
  readonly inputFormat: 'text' | 'stream-json';
  readonly includesPartial: boolean;
  readonly maxTurns: number | undefined;
  readonly maxBudgetUsd: number | undefined;
  /**
   * What becomes of background tasks: `steer`: each end starts a turn, the run is over when nothing is owed; `drain`: all ends are awaited and
   * delivered in one last turn; `exit`: the run ends with its turn and stops them; `detach`: they go on in a process of their own.
   */
  readonly background: 'drain' | 'steer' | 'exit' | 'detach';
  readonly isVerbose: boolean;
};
