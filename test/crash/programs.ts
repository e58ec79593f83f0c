import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'legwork-crash');
const dayMs = 24 * 3_600_000;
const sources = ['src', 'test/crash/driver.ts', 'test/crash/said.ts', 'test/crash/programs.ts', 'package-lock.json'];

/** The driver, built: hundreds of processes start in half the time that the sources take. */
export const programs = await buildPrograms();

/** Built once for each state of the sources, whichever test comes first. */
async function buildPrograms(): Promise<{ readonly driver: string }> {
  const directory = join(cache, await fingerprint());
  if (!(await isThere(directory))) await buildInto(directory);
  await removeOld();
  return { driver: join(directory, 'dist', 'driver.js') };
}

async function buildInto(directory: string): Promise<void> {
  const temporary = `${directory}.${randomBytes(4).toString('hex')}`;
  const dist = join(temporary, 'dist');
  await build({
    absWorkingDir: root,
    entryPoints: { driver: 'test/crash/driver.ts' },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    banner: {
      js: "import{createRequire as crashRequire}from'node:module';const require=crashRequire(import.meta.url);",
    },
    external: ['better-sqlite3', '@vscode/ripgrep'],
    logLevel: 'warning',
  });
  for (const assets of ['agents/built-in', 'models/playbooks'])
    await cp(join(root, 'src', assets), join(dist, assets), { recursive: true });
  await cp(join(root, 'package.json'), join(temporary, 'package.json'));
  // Another process may have been quicker: its build is as good.
  await rename(temporary, directory).catch(async error => {
    await rm(temporary, { recursive: true });
    if (!(await isThere(directory))) throw error;
  });
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const below = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [''];
    for (const name of below.toSorted()) {
      const { size, mtimeMs } = await stat(join(path, name));
      hash.update(`${source}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function removeOld(): Promise<void> {
  await mkdir(cache, { recursive: true });
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > dayMs) await rm(path, { recursive: true, force: true });
  }
}
