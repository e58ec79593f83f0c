import { limits } from '../core/limits.ts';
import type { Clock, ProcessEnd, Processes } from '../core/ports.ts';

export type RgPorts = {
  readonly processes: Processes;
  readonly clock: Clock;
  /** What child processes get; ripgrep's own configuration variable is taken away. */
  readonly env: Readonly<Record<string, string>>;
  readonly ripgrepPath: string;
};

export type RgRun = {
  /** Complete pieces, without what separates them. */
  readonly pieces: readonly string[];
  readonly end: ProcessEnd;
  /** It was stopped because `take` wanted no more. */
  readonly isFull: boolean;
};

type RgCall = {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly separator: '\n' | '\0';
  readonly signal: AbortSignal;
  /** False: the piece is not kept. `'enough'`: neither is it, and ripgrep is ended. */
  readonly take: (piece: string, kept: number) => boolean | 'enough';
};

/** Runs ripgrep without a shell and without anybody's configuration; reads its output as it comes, so that nothing is kept that is not wanted. */
export async function runRg(ports: RgPorts, call: RgCall): Promise<RgRun> {
  const enough = new AbortController();
  const pieces: string[] = [];
  let rest = '';
  const accept = (piece: string) => {
    if (enough.signal.aborted) return;
    const verdict = call.take(piece, pieces.length);
    if (verdict === 'enough') enough.abort();
    else if (verdict) pieces.push(piece);
  };
  const onOutput = (chunk: string) => {
    if (enough.signal.aborted) return;
    const parts = (rest + chunk).split(call.separator);
    rest = parts.pop() ?? '';
    for (const part of parts) accept(part);
  };
  const { RIPGREP_CONFIG_PATH: _, ...env } = ports.env;
  const child = ports.processes.start(ports.ripgrepPath, ['--no-config', '--color', 'never', ...call.args], {
    cwd: call.cwd,
    env,
    signal: AbortSignal.any([call.signal, enough.signal]),
    timeoutMs: limits.searchTimeoutMs,
    maxOutputBytes: limits.searchOutputBytes,
    onOutput,
  });
  const end = await child.done;
  call.signal.throwIfAborted();
  if (rest !== '' && end.reason === 'exited') accept(rest);
  return { pieces, end, isFull: enough.signal.aborted };
}

/** What ripgrep complained of; undefined when it found something or simply nothing. Exit codes: 0 found, 1 nothing, 2 an error. */
export function rgFailure({ pieces, end, isFull }: RgRun): string | undefined {
  if (isFull) return undefined;
  if (end.reason === 'not-started') return end.message ?? 'ripgrep could not be started';
  if (end.reason === 'timeout')
    return pieces.length > 0
      ? undefined
      : `Nothing was found within ${limits.searchTimeoutMs / 1_000} s. Narrow the search.`;
  if (end.exitCode === 0 || end.exitCode === 1) return undefined;
  const said = end.output.trim();
  if (end.exitCode === 2 && !/^(rg: |regex parse error|error: )/.test(said)) return undefined;
  return said || `ripgrep ended with ${end.signal ?? `exit code ${end.exitCode}`}`;
}
