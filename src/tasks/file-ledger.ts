import type { FileLedger } from '../tools/tool.ts';

/** What a lane saw of files, for as long as this process drives it. A new driver has seen nothing, so it reads again before it writes. */
export function createFileLedger(): FileLedger {
  const fingerprints = new Map<string, string>();
  return { seen: path => fingerprints.get(path), saw: (path, fingerprint) => void fingerprints.set(path, fingerprint) };
}
