import { expect, test } from 'vitest';
import type { Schedule } from '../../../src/store/rows.ts';
import type { Store } from '../../../src/store/store.ts';
import { aSchedule, ids, putChat } from './world.ts';

export function scheduleRules(store: () => Store): void {
  const put = async (more: Partial<Schedule> = {}) => {
    const schedule = aSchedule(more);
    await store().write(tx => tx.putSchedule(schedule));
    return schedule;
  };

  test('a schedule is put, replaced and removed', async () => {
    const bare = aSchedule();
    const full: Schedule = {
      ...bare,
      chatId: await putChat(store()),
      spec: { ...bare.spec, model: 'test/model' },
      nextAt: 5,
      passed: [
        [1, 2],
        [3, 4],
      ],
      lastAt: 4,
      lastTaskId: ids('task'),
      lostChatId: ids('chat'),
      problem: 'no luck',
    };

    await store().write(tx => tx.putSchedule(full));
    const before = await store().schedules();
    await store().write(tx => tx.putSchedule(bare));
    const after = await store().schedule(bare.id);
    await store().write(tx => tx.removeSchedule(bare.id));

    expect(before).toEqual([full]);
    expect(after).toEqual(bare);
    expect(await store().schedules()).toEqual([]);
    expect(await store().schedule(bare.id)).toBeUndefined();
  });

  test('no two schedules have one name', async () => {
    const first = await put({ name: 'report' });

    const second = store().write(tx => tx.putSchedule(aSchedule({ name: 'report' })));

    await expect(second).rejects.toMatchObject({ fault: 'conflict' });
    expect(await store().schedules()).toEqual([first]);
  });

  test('what is due, and what was planned by a clock that stood later, is found; what is disabled is not', async () => {
    const later = await put({ nextAt: 90, plannedAt: 20 });
    const due = await put({ nextAt: 30, plannedAt: 20 });
    const setBack = await put({ nextAt: 80, plannedAt: 60 });
    await put({ nextAt: 10, plannedAt: 5, isEnabled: false });
    await put({ plannedAt: 99 });

    expect((await store().schedulesDue(40)).map(row => row.id)).toEqual([due.id, setBack.id]);
    expect((await store().schedulesDue(90)).map(row => row.id)).toEqual([due.id, setBack.id, later.id]);
    expect(await store().nextDueTime()).toBe(30);
  });

  test('without an enabled schedule there is no next due time', async () => {
    await put({ nextAt: 10, isEnabled: false });

    expect(await store().nextDueTime()).toBeUndefined();
    expect(await store().schedulesDue(1_000)).toEqual([]);
  });

  test('where schedules land is told of those that have a chat', async () => {
    const [first, second] = [await putChat(store()), await putChat(store())];
    const lastTaskId = ids('task');
    await put();
    await put({ chatId: second, ownsChat: false, lastTaskId });
    await put({ chatId: first, isEnabled: false });

    expect(await store().scheduleChats()).toEqual([
      { chatId: first, ownsChat: true },
      { chatId: second, ownsChat: false, lastTaskId },
    ]);
  });

  test('T20 of those who saw a schedule due, one moves it on', async () => {
    const { id } = await put({ nextAt: 30, plannedAt: 20 });
    const move = { nextAt: 60, plannedAt: 31, passed: [[20, 30]] } as const;
    const read = { nextAt: 30, plannedAt: 20 };

    const claims = await Promise.all(
      Array.from({ length: 5 }, () => store().write(tx => tx.moveSchedule(id, read, move))),
    );

    expect(claims.filter(row => row !== undefined)).toEqual([expect.objectContaining({ id, ...move })]);
    expect(await store().schedule(id)).toMatchObject(move);
  });

  test('a schedule that was disabled, replanned or removed since it was read is not moved', async () => {
    const read = { nextAt: 30, plannedAt: 20 };
    const move = { nextAt: 60, plannedAt: 31, passed: [] };
    const disabled = await put(read);
    const replanned = await put(read);
    const removed = await put(read);
    await store().write(async tx => {
      await tx.patchSchedule(disabled.id, { isEnabled: false });
      await tx.patchSchedule(replanned.id, { plannedAt: 21 });
      await tx.removeSchedule(removed.id);
    });

    const moved = await store().write(async tx => [
      await tx.moveSchedule(disabled.id, read, move),
      await tx.moveSchedule(replanned.id, read, move),
      await tx.moveSchedule(removed.id, read, move),
    ]);

    expect(moved).toEqual([undefined, undefined, undefined]);
  });

  test('a claim without a further due time leaves none', async () => {
    const { id } = await put({ nextAt: 30, plannedAt: 20 });
    const move = { nextAt: undefined, plannedAt: 31, passed: [] };

    await store().write(tx => tx.moveSchedule(id, { nextAt: 30, plannedAt: 20 }, move));

    expect(await store().schedule(id)).not.toHaveProperty('nextAt');
  });

  test('a patch sets what it names and takes away what is null', async () => {
    const chatId = await putChat(store());
    const schedule = await put({ nextAt: 5, problem: 'x', lostChatId: ids('chat') });
    const set = { chatId, lastAt: 7, lastTaskId: ids('task'), isEnabled: false, passed: [[1, 2]] } as const;

    await store().write(tx => tx.patchSchedule(schedule.id, { ...set, nextAt: null, problem: null, lostChatId: null }));

    const { nextAt, problem, lostChatId, ...rest } = schedule;
    expect(await store().schedule(schedule.id)).toEqual({ ...rest, ...set });
    expect([nextAt, problem, typeof lostChatId]).toEqual([5, 'x', 'string']);
    await expect(store().write(tx => tx.patchSchedule(ids('schedule'), { lastAt: 1 }))).rejects.toMatchObject({
      fault: 'not-found',
    });
  });

  test('a schedule outlives its chat: one that made it has none then, one that was given it is disabled', async () => {
    const chatId = await putChat(store());
    const own = await put({ chatId, ownsChat: true, nextAt: 5 });
    const given = await put({ chatId, ownsChat: false, nextAt: 5 });
    const other = await put({ chatId: await putChat(store()), nextAt: 5 });

    await store().write(tx => tx.deleteChat(chatId));

    const [first, second, third] = await store().schedules();
    expect(first).toMatchObject({ id: own.id, isEnabled: true, nextAt: 5, lostChatId: chatId });
    expect(first).not.toHaveProperty('chatId');
    expect(second).toMatchObject({ id: given.id, isEnabled: false, lostChatId: chatId });
    expect(second).not.toHaveProperty('chatId');
    expect(second).not.toHaveProperty('nextAt');
    expect(third).toEqual(other);
  });
}
