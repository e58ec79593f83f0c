import { fingerprintOf } from './fingerprint.ts';
import type { FileLedger } from './tool.ts';

/** Why a lane may not write over these bytes: undefined when they are what it read or wrote last (R16). */
export function reasonNotToOverwrite(ledger: FileLedger, realPath: string, bytes: Uint8Array): string | undefined {
  const seen = ledger.seen(realPath);
  if (seen === undefined) return `${realPath} was not read yet. Read it first, then change it.`;
  if (seen !== fingerprintOf(bytes))
    return `${realPath} was changed by somebody else since you read it. Read it again, then make your change to what it is now.`;
  return undefined;
}
