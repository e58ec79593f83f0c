/** Below this, two writers of one WAL database can corrupt it (https://sqlite.org/wal.html, "the WAL-reset bug"). */
export const oldestSafeVersion = '3.51.3';

/** Whether a SQLite of that version may be used. What does not look like a version may not. */
export function isSafeVersion(version: string): boolean {
  const [major, minor, patch] = parts(version);
  const [oldMajor, oldMinor, oldPatch] = parts(oldestSafeVersion);
  if (major !== oldMajor) return major > oldMajor;
  if (minor !== oldMinor) return minor > oldMinor;
  return patch >= oldPatch;
}

function parts(version: string): readonly [number, number, number] {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? [0, 0, 0] : [Number(match[1]), Number(match[2]), Number(match[3])];
}
