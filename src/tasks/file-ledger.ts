import { limits } from '../core/limits.ts';
import type { FileLedger } from '../tools/tool.ts';

/**
 * What a lane saw of files, for as long as this process drives it. A new driver has seen nothing, so it reads again before it writes; the same goes
 * for the files that were seen longest ago when there are more than `limits.filesRemembered`.
 */
export function createFileLedger(): FileLedger {
  const fingerprints = new Map<string, string>();
  return {
    seen: path => fingerprints.get(path),
    saw(path, fingerprint) {
      fingerprints.delete(path);
      fingerprints.set(path, fingerprint);
      const [oldest] = fingerprints.keys();
      if (fingerprints.size > limits.filesRemembered && oldest !== undefined) fingerprints.delete(oldest);
    },
  };
}
