/** A row without our own colours and links. */
export function stripped(row: string): string {
  return row.replace(/\u001b\[[0-9;]*m|\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '');
}
