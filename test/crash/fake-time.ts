import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../fakes/workspace.ts';

export type FakeTime = {
  /** In front of a command: its time of day is this one's. What measures durations goes on as it does. */
  readonly under: readonly string[];
  /** The same for a command that is given its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on the time of day is so many seconds ahead, or behind. */
  jumpTo(seconds: number): Promise<void>;
};

/** A time of day that can be set while programs run, by libfaketime. */
export async function createFakeTime(zone = 'UTC'): Promise<FakeTime> {
  const directory = await temporaryDirectory();
  const file = join(directory, 'offset');
  const jumpTo = (seconds: number) => writeFile(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  await jumpTo(0);
  const env = {
    LD_PRELOAD: await libraryPath(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
    TZ: zone,
  };
  return { under: ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)], env, jumpTo };
}

async function libraryPath(): Promise<string> {
  for (const folder of ['/usr/lib', ...(await readdir('/usr/lib')).map(name => `/usr/lib/${name}`)]) {
    const names = await readdir(`${folder}/faketime`).catch((): string[] => []);
    if (names.includes('libfaketimeMT.so.1')) return `${folder}/faketime/libfaketimeMT.so.1`;
  }
  throw new Error('libfaketime is not installed; these tests need it');
}
