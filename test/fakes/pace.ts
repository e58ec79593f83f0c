import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const run = promisify(execFile);

/** A process that starts, writes three times through to the disk and ends: on two cores of 2024 with nothing else to do. */
const usualMs = 40;
const probe = `
  const { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } = require('node:fs');
  const folder = mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'legwork-pace-'));
  const file = openSync(folder + '/file', 'w');
  for (let i = 0; i < 3; i += 1) { writeSync(file, 'x'); fsyncSync(file); }
  closeSync(file);
  rmSync(folder, { recursive: true });
`;

/**
 * Runs `work`, which tells how long the part took that is bounded, and asserts the bound. A machine that is busy with other things, or slow,
 * is given as many times the bound as it is slower than usual, looked at before and, if that was too little, afterwards. For waits of
 * processes and disks; what only computes is bounded with `cpuMs`.
 */
export async function expectWithin(boundMs: number, work: () => Promise<number>): Promise<void> {
  const before = await slowness();
  const tookMs = await work();
  const factor = tookMs < boundMs * before ? before : Math.max(before, await slowness(), await slowness());
  expect(tookMs, `on a machine ${factor.toFixed(1)} times slower than usual`).toBeLessThan(boundMs * factor);
}

/** How much of a processor this process used for that: the same, more or less, however busy the machine is. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** At least 1. */
async function slowness(): Promise<number> {
  const since = performance.now();
  await run(process.execPath, ['-e', probe]);
  return Math.max(1, (performance.now() - since) / usualMs);
}
