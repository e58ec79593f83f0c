import { AppError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock, Io } from '../core/ports.ts';

export type PromptDeps = {
  readonly io: Io;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly signal: AbortSignal;
};

/**
 * What was asked: the words of the command line, an empty line, and what is piped in; empty when there is neither. A terminal is not read.
 * With words, a standard input that stays silent is left alone after `limits.stdinFirstMs`. AppError `usage` beyond `limits.promptBytes`.
 */
export async function readPrompt(deps: PromptDeps, words: string): Promise<string> {
  const piped = deps.io.isInTerminal ? '' : await readPiped(deps, words.trim() !== '');
  const prompt = [words.trim(), piped.trimEnd()].filter(part => part.trim() !== '').join('\n\n');
  if (Buffer.byteLength(prompt) > deps.limits.promptBytes) throw tooLarge(deps.limits);
  return prompt;
}

async function readPiped(deps: PromptDeps, hasWords: boolean): Promise<string> {
  const { io, clock, limits, signal } = deps;
  const chunks = io.input()[Symbol.asyncIterator]();
  const first = chunks.next();
  const patience = new AbortController();
  const gone = new Promise<'gone'>(resolve => signal.addEventListener('abort', () => resolve('gone'), { once: true }));
  if (signal.aborted) return '';
  const silence = hasWords
    ? clock.sleep(limits.stdinFirstMs, { signal: patience.signal, unref: true }).then(
        () => 'silent' as const,
        () => 'gone' as const,
      )
    : gone;
  const begin = await Promise.race([first, silence, gone]);
  patience.abort();
  if (begin === 'silent') {
    io.err(
      `legwork: nothing came on standard input for ${limits.stdinFirstMs / 1000} s; going on without it (< /dev/null avoids the wait)\n`,
    );
    return '';
  }
  if (begin === 'gone') return '';
  return readRest(chunks, begin, { limits, gone });
}

async function readRest(
  chunks: AsyncIterator<string>,
  first: IteratorResult<string>,
  { limits, gone }: { limits: Limits; gone: Promise<'gone'> },
): Promise<string> {
  const pieces: string[] = [];
  let bytes = 0;
  for (
    let next: IteratorResult<string> | 'gone' = first;
    next !== 'gone' && !next.done;
    next = await Promise.race([chunks.next(), gone])
  ) {
    bytes += Buffer.byteLength(next.value);
    if (bytes > limits.promptBytes) throw tooLarge(limits);
    pieces.push(next.value);
  }
  return pieces.join('');
}

function tooLarge({ promptBytes }: Pick<Limits, 'promptBytes'>): AppError {
  return new AppError(
    'usage',
    `the prompt is larger than ${Math.floor(promptBytes / 1024 / 1024)} MB; name files instead of piping them in`,
  );
}
