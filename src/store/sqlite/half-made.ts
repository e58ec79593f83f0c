import type { Files } from '../../core/ports.ts';
import { applicationId, type Identity } from './identity.ts';

/** Offsets of a rollback journal's header: https://sqlite.org/fileformat2.html#the_rollback_journal */
const headerBytes = 28;
const pagesBeforeAt = 16;

/**
 * Whether a crash left a rollback journal that is ours to roll back, which a connection that only reads cannot do: beside our own database, or beside one
 * that held nothing before, as when a process died while it made it.
 */
export async function isHalfMade(
  files: Pick<Files, 'stat' | 'readBytes'>,
  path: string,
  identity: Identity | undefined,
): Promise<boolean> {
  const journal = `${path}-journal`;
  const size = (await files.stat(journal))?.size ?? 0;
  if (size < headerBytes) return false;
  if (identity?.applicationId === applicationId) return true;
  const header = Buffer.from(await files.readBytes(journal, { maxBytes: headerBytes }));
  return header.length === headerBytes && header.readUInt32BE(pagesBeforeAt) === 0;
}
