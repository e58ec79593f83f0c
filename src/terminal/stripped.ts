/** A row without our own colours. */
export function stripped(row: string): string {
  return row.replace(/\u001b\[[0-9;]*m/g, '');
}
