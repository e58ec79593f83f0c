import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** Runs once before all tests: builds what is started by them, unless it is newer than its sources. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'build.ts'), '--if-stale'], { cwd: root });
}
