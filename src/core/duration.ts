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
