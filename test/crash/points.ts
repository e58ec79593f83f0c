/** Calls of the kernel by which the scenario writes, and about how many a thread makes: pwrite64 and fsync are of the database, write of transcripts. */
export const systemCalls = [
  { name: 'pwrite64', count: 700 },
  { name: 'fsync', count: 50 },
  { name: 'write', count: 130 },
] as const;
