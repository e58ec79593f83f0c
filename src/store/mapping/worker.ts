import type { WorkersTable } from '../queries/schema.ts';
import type { Worker } from '../rows.ts';
import { present } from './present.ts';

export function workerOf(row: WorkersTable): Worker {
  return present({
    id: row.id,
    kind: row.kind,
    pid: row.pid,
    host: row.host,
    startedAt: row.started_at,
    leaseUntil: row.lease_until,
    endedAt: row.ended_at,
  });
}

export function workerToRow(worker: Worker): WorkersTable {
  return {
    id: worker.id,
    kind: worker.kind,
    pid: worker.pid,
    host: worker.host,
    started_at: worker.startedAt,
    lease_until: worker.leaseUntil,
    ended_at: worker.endedAt ?? null,
  };
}
