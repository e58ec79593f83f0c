import { migrations } from '../migrations/index.ts';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { applicationId, identityOf, refuseForeign, schemaVersion } from './identity.ts';

/**
 * Brings the database to this program's schema. Each step is one transaction with its stamp, and looks again after it has the write lock:
 * of two processes one does it, the other finds it done.
 */
export async function migrate(connection: Connection, path: string, retryBusy: RetryBusy): Promise<void> {
  while (identityOf(connection).schema < schemaVersion) {
    await retryBusy(() => connection.exec('BEGIN IMMEDIATE'));
    try {
      step(connection, path);
      await retryBusy(() => connection.exec('COMMIT'));
    } finally {
      if (connection.isInTransaction()) connection.exec('ROLLBACK');
    }
  }
}

function step(connection: Connection, path: string): void {
  const identity = identityOf(connection);
  refuseForeign(path, identity);
  const next = migrations[identity.schema];
  if (next === undefined) return;
  for (const statement of next.statements) connection.exec(statement);
  connection.exec(`PRAGMA application_id = ${applicationId}`);
  connection.exec(`PRAGMA user_version = ${next.version}`);
}
