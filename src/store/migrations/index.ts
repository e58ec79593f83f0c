import { foundation } from './001-foundation.ts';
import { schedules } from './002-schedules.ts';
import type { Migration } from './migration.ts';

/** All steps in order; version `n` stands at index `n - 1`. */
export const migrations: readonly Migration[] = [foundation, schedules];
