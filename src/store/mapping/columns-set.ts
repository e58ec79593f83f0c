/** Columns by the member whose value they hold as it is; a member that is absent or undefined sets none. */
export function columnsSet<Member extends string>(
  patch: Readonly<Partial<Record<NoInfer<Member>, unknown>>>,
  columnOf: Readonly<Record<Member, string>>,
): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const member of Object.keys(columnOf)) {
    const key = member as Member; // Object.keys forgets the keys of its argument.
    if (patch[key] !== undefined) columns[columnOf[key]] = patch[key];
  }
  return columns;
}
