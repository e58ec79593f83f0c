import { AppError } from '../core/error.ts';

/** `k=v` pairs as an object; what stands after the first `=` is the value, which may be empty. AppError `usage` (T6). */
export function parseMetadata(pairs: readonly string[]): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new AppError('usage', `--metadata needs <key>=<value>, like priority=high (received "${pair}")`);
    metadata[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return metadata;
}
