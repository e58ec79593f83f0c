import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putChat } from '../contract/store/world.ts';
import { runCrowd } from '../store/crowd.ts';
import type { CrowdReport } from '../store/crowd-child.ts';
import { openAt } from '../store/files.ts';
import { median, quantile } from './measure.ts';

const processes = 50;
const referenceMs = 10_000;
const child = new URL('../store/crowd-child.ts', import.meta.url);
const rawChild = new URL('./raw-commits-child.ts', import.meta.url);

/** R13 at full size: 50 processes add, claim and end tasks on one store for a minute. */
export function benchCrowd(): Promise<Record<string, number>> {
  return measureCrowd(60_000);
}

/** Every write of every process is one commit; the reference commits one row at a time, from as many processes. */
export async function measureCrowd(forMs: number): Promise<Record<string, number>> {
  const root = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
  try {
    const path = join(root, 'legwork.db');
    const store = await openAt(path);
    const chat = await putChat(store);
    const reports = await runCrowd<CrowdReport>(child, [path, chat, `${forMs}`], processes);
    const { isOk } = await store.check();
    await store.close();
    const raw = await runCrowd<Pick<CrowdReport, 'waits'>>(
      rawChild,
      [join(root, 'raw.db'), `${referenceMs}`],
      processes,
    );
    const claimed = reports.flatMap(report => report.claimed);
    const waits = reports.flatMap(report => report.waits);
    const rawWaits = raw.flatMap(report => report.waits);
    const perSecond = (waits.length / forMs) * 1_000;
    const rawPerSecond = (rawWaits.length / referenceMs) * 1_000;
    return {
      writes_per_s: perSecond,
      wait_p50_ms: median(waits),
      wait_p99_ms: quantile(waits, 0.99),
      wait_max_ms: quantile(waits, 1),
      retries_each: reports.reduce((sum, report) => sum + report.retries, 0) / waits.length,
      told_busy: reports.flatMap(report => report.errors).length,
      claimed_twice: claimed.length - new Set(claimed).size,
      damaged: isOk ? 0 : 1,
      reference_writes_per_s: rawPerSecond,
      reference_wait_p99_ms: quantile(rawWaits, 0.99),
      reference_wait_max_ms: quantile(rawWaits, 1),
      slower_x: rawPerSecond / perSecond,
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
