// Builds src/main.ts into dist/. `--if-stale` does nothing when dist is newer than its sources;
// `--clean` leaves nothing of earlier builds (for packing).
//
// Text that ships beside the code (agent definitions, playbooks) is not embedded: plain Node and
// vitest run the sources, and neither imports markdown. It is copied to the same relative place
// under dist, and src/platform/assets.ts finds it in both.
//
// A running legwork loads its parts when it first needs them, so a build never takes a file away
// from it: chunks are named by their content, main.cjs is swapped by rename as the last step, and
// what a build replaced stays for a day.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stampFile = join(dist, '.build.json');
const keepReplacedMs = 24 * 60 * 60 * 1000;
const assetDirectories = ['agents/built-in', 'models/playbooks'];

type Stamp = { readonly startedAt: number; readonly files: readonly string[] };

const flags = new Set(process.argv.slice(2));
if (flags.has('--clean')) await rm(dist, { recursive: true, force: true });
if (!flags.has('--if-stale') || (await isStale())) await buildAll();

async function buildAll(): Promise<void> {
  const startedAt = Date.now();
  const before = await readStamp();
  const files = [...(await writeProgram()), ...(await copyAssets())];
  await replace(stampFile, JSON.stringify({ startedAt, files } satisfies Stamp));
  await prune(new Set(files), before?.files ?? []);
}

/** main.cjs last: whoever starts meanwhile finds the program before this build. */
async function writeProgram(): Promise<string[]> {
  const { bundle } = await import('./bundle.ts'); // Not at the top: most starts find that nothing is stale.
  const files = await bundle();
  for (const { path, text } of files) await replace(join(dist, path), text);
  return files.map(({ path }) => path);
}

async function copyAssets(): Promise<string[]> {
  const copied: string[] = [];
  for (const directory of assetDirectories) {
    for (const name of await readdir(join(root, 'src', directory)).catch(() => [])) {
      const file = join(directory, name);
      await replace(join(dist, file), await readFile(join(root, 'src', file)));
      copied.push(file);
    }
  }
  return copied;
}

async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** Marks what this build replaced with the time, and removes what was replaced long ago. */
async function prune(current: ReadonlySet<string>, previous: readonly string[]): Promise<void> {
  const now = new Date();
  for (const file of previous) {
    if (!current.has(file)) await utimes(join(dist, file), now, now).catch(() => {});
  }
  for (const { path, mtimeMs, isDirectory } of await walk(dist)) {
    const isOld = now.getTime() - mtimeMs > keepReplacedMs;
    if (!isDirectory && isOld && !current.has(relative(dist, path)) && path !== stampFile)
      await rm(path, { force: true });
  }
}

/** Directories count too: their time tells that a file was taken away. */
async function isStale(): Promise<boolean> {
  const stamp = await readStamp();
  if (!stamp) return true;
  const sources = [
    ...(await walk(join(root, 'src'))),
    ...(await walk(import.meta.dirname)),
    ...(await walk(join(root, 'package-lock.json'))),
  ];
  return sources.some(({ mtimeMs }) => mtimeMs > stamp.startedAt);
}

async function readStamp(): Promise<Stamp | undefined> {
  try {
    const stamp: Stamp = JSON.parse(await readFile(stampFile, 'utf8'));
    await stat(join(dist, 'main.cjs'));
    return stamp;
  } catch {
    return undefined;
  }
}

type Found = { readonly path: string; readonly mtimeMs: number; readonly isDirectory: boolean };

async function walk(path: string): Promise<Found[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status) return [];
  const found = { path, mtimeMs: status.mtimeMs, isDirectory: status.isDirectory() };
  if (!found.isDirectory) return [found];
  const below = await Promise.all((await readdir(path)).map(name => walk(join(path, name))));
  return [found, ...below.flat()];
}
