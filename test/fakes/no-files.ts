import type { Transcripts } from '../../src/tasks/transcripts.ts';
import type { Worktrees } from '../../src/tasks/worktree.ts';

/** Transcripts that have a path and are never written. */
export const noTranscripts: Transcripts = {
  path: ({ chatId, id }) => `/state/${chatId}/${id}.log`,
  follow: () => async () => undefined,
  rebuild: async ({ chatId, id }) => `/state/${chatId}/${id}.log`,
};

/** Every task works where it was sent. */
export const noWorktrees: Worktrees = {
  check: async () => undefined,
  open: async ({ spec }) => spec.cwd,
  find: async ({ spec }) => spec.cwd,
  conclude: async () => undefined,
  removeUnchanged: async () => undefined,
};
