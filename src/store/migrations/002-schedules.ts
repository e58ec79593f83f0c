import type { Migration } from './migration.ts';

/**
 * The table of schedules as they are fired. That of version 1 is dropped: no program of that version could make a schedule, so it is empty.
 * A schedule outlives its chat, which is why nothing here refers to `chats`.
 */
export const schedules: Migration = {
  version: 2,
  statements: [
    'DROP TABLE schedules',
    `CREATE TABLE schedules (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      expression TEXT NOT NULL,
      time_zone TEXT NOT NULL,
      catch_up TEXT NOT NULL CHECK (catch_up IN ('none', 'one', 'all')),
      prompt TEXT NOT NULL,
      spec TEXT NOT NULL,
      creator TEXT NOT NULL,
      chat_id TEXT,
      owns_chat INTEGER NOT NULL CHECK (owns_chat IN (0, 1)),
      lost_chat_id TEXT,
      is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
      next_at INTEGER,
      planned_at INTEGER NOT NULL,
      passed TEXT NOT NULL,
      last_at INTEGER,
      last_task_id TEXT,
      problem TEXT,
      created_at INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX schedules_by_chat ON schedules (chat_id)',
    // What the programs look at all the time: the enabled ones, of which there are few (`limits.schedules`).
    'CREATE INDEX schedules_due ON schedules (next_at) WHERE is_enabled = 1 AND next_at IS NOT NULL',
  ],
};
