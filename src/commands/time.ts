/** How long ago or how far ahead, for people: `now`, `12s ago`, `3m ago`, `in 2h`, `5d ago`. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 1_000) return 'now';
  return at <= now ? `${coarse(distance)} ago` : `in ${coarse(distance)}`;
}

function coarse(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1_000)}s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m`;
  return ms < 172_800_000 ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / 86_400_000)}d`;
}

/** A duration for people: `41s`, `1m02s`, `2h05m`; below ten seconds with a tenth. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)}s`;
  const total = Math.round(ms / 1_000);
  if (total < 60) return `${total}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  return total < 3_600
    ? `${Math.floor(total / 60)}m${two(total % 60)}s`
    : `${Math.floor(total / 3_600)}h${two(Math.floor((total % 3_600) / 60))}m`;
}
