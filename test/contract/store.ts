import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { chatRules } from './store/chats.ts';
import { claimRules } from './store/claims.ts';
import { inboxRules } from './store/inbox.ts';
import { laneRules } from './store/lanes.ts';
import { officeRules } from './store/office.ts';
import { scheduleRules } from './store/schedules.ts';
import { taskRules } from './store/tasks.ts';
import type { Opened } from './store/world.ts';
import { writeRules } from './store/writes.ts';

/** What every adapter of the store does. `open` gives an empty one for each test. */
export function describeStore(name: string, open: () => Promise<Opened>): void {
  describe(`${name}: the port`, () => {
    let opened: Opened;
    let current: Store;
    const store = () => current;
    const reopen = async () => {
      current = await opened.reopen();
      return current;
    };

    beforeEach(async () => {
      opened = await open();
      current = opened.store;
    });
    afterEach(() => opened.dispose());

    describe('chats and entries', () => chatRules(store, reopen));
    describe('inbox', () => inboxRules(store));
    describe('lanes', () => laneRules(store));
    describe('tasks', () => taskRules(store, reopen));
    describe('claims', () => claimRules(store));
    describe('approvals, workers, audit, streams', () => officeRules(store));
    describe('schedules', () => scheduleRules(store));
    describe('writes', () => writeRules(store));
  });
}
