/**
 * One step of the schema, forward only. The statements and the stamp of the version are one transaction: a process that is killed in
 * between leaves the version before it. What stands in a released migration is never edited.
 */
export type Migration = { readonly version: number; readonly statements: readonly string[] };
