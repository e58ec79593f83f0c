import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a program of the tests was told. Words that mean nothing end it with one line and exit code 2: a run of nothing must not pass for a good one. */
export function optionsOf<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message.split('. ')[0] ?? error.message);
    throw error;
  }
}

/** The number that an option was given. */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  return refuse(`--${option} must be a whole number of at least ${least} (received "${text}")`);
}

/** Ends this process as bad usage does. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** A reader that goes away (`| head`) ends this process quietly. */
export function endWithReader(): void {
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    process.exit(141);
  });
}
