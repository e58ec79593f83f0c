import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { ids, putChat, putTask, putWorker } from './world.ts';

export function claimRules(store: () => Store): void {
  const claim = async (
    more: Partial<Parameters<Parameters<Parameters<Store['write']>[0]>[0]['claimTask']>[0]> = {},
  ) => {
    const worker = more.worker ?? (await putWorker(store(), 10_000));
    return await store().write(tx => tx.claimTask({ now: 500, ...more, worker }));
  };

  test('a claim takes the highest priority, then the oldest, then the lowest id, and says their places', async () => {
    const chat = await putChat(store());
    const low = await putTask(store(), chat, { priority: -1, createdAt: 1 });
    const twin = { createdAt: 3 };
    const [third, fourth] = [await putTask(store(), chat, twin), await putTask(store(), chat, twin)];
    const second = await putTask(store(), chat, { createdAt: 2 });
    const first = await putTask(store(), chat, { priority: 5, createdAt: 9 });
    const order = [first, second, third, fourth, low].map(task => task.id);

    const places = [];
    for (const id of order) places.push(await store().queuePosition(id));
    const taken = [];
    for (let i = 0; i < 6; i += 1) taken.push((await claim())?.id);

    expect(places).toEqual([0, 1, 2, 3, 4]);
    expect(taken).toEqual([...order, undefined]);
    expect(await store().queuePosition(low.id)).toBe(0);
  });

  test('a claimed task is running in its next attempt, by that worker, since its first start', async () => {
    const chat = await putChat(store());
    const worker = await putWorker(store(), 10_000);
    const task = await putTask(store(), chat, { attempt: 1, startedAt: 77 });

    const claimed = await claim({ worker, now: 500 });

    expect(claimed).toEqual({ ...task, status: 'running', attempt: 2, worker });
    expect(await store().task(task.id)).toEqual(claimed);
    const fresh = await putTask(store(), chat);
    expect(await claim({ worker, now: 600 })).toMatchObject({ id: fresh.id, attempt: 1, startedAt: 600 });
  });

  test('a task that is not due, waits, is parked by somebody or has ended is not claimed', async () => {
    const chat = await putChat(store());
    const due = await putTask(store(), chat, { notBefore: 501 });
    await putTask(store(), chat, { status: 'waiting', waitReason: 'dependencies' });
    await putTask(store(), chat, { status: 'parked', parkReason: 'budget' });
    await putTask(store(), chat, { status: 'parked', parkReason: 'asked' });
    for (const status of ['completed', 'failed', 'stopped'] as const) await putTask(store(), chat, { status });

    expect(await claim({ now: 500 })).toBeUndefined();
    expect(await claim({ now: 501 })).toMatchObject({ id: due.id });
  });

  test('a claim keeps to the chats it names and away from the models it excepts', async () => {
    const [chat, other] = [await putChat(store()), await putChat(store())];
    const busy = await putTask(store(), chat, { model: 'a/busy', createdAt: 1 });
    const free = await putTask(store(), other, { model: 'a/free', createdAt: 2 });

    expect(await claim({ chatIds: [] })).toBeUndefined();
    expect(await claim({ chatIds: [chat], exceptModels: ['a/busy'] })).toBeUndefined();
    expect(await claim({ exceptModels: ['a/busy'] })).toMatchObject({ id: free.id });
    expect(await claim({ chatIds: [chat], exceptModels: [] })).toMatchObject({ id: busy.id });
  });

  test('S16 a task whose process went away is claimed again: it ended, it is unknown, or it was parked for that', async () => {
    const chat = await putChat(store());
    const [alive, late, ended] = [
      await putWorker(store(), 500),
      // What the others' clocks say of a lease does not count (R14).
      await putWorker(store(), 1),
      await putWorker(store(), 9_000, 400),
    ];
    const running = { status: 'running', attempt: 1 } as const;
    await putTask(store(), chat, { ...running, worker: alive, createdAt: 1 });
    await putTask(store(), chat, { ...running, worker: late, createdAt: 2 });
    const expected = [
      await putTask(store(), chat, { ...running, worker: ended, createdAt: 3 }),
      await putTask(store(), chat, { ...running, worker: ids('worker'), createdAt: 4 }),
      await putTask(store(), chat, { ...running, createdAt: 5 }),
      await putTask(store(), chat, { ...running, status: 'parked', parkReason: 'process-gone', createdAt: 6 }),
    ];

    const taken = [];
    for (let i = 0; i < 5; i += 1) taken.push(await claim({ now: 500 }));

    expect(taken.map(task => task?.id)).toEqual([...expected.map(task => task.id), undefined]);
    expect(taken.slice(0, 4).every(task => task?.attempt === 2 && task.parkReason === undefined)).toBe(true);
  });

  test('R12 a worker that was ended by others claims nothing', async () => {
    const chat = await putChat(store());
    const worker = await putWorker(store(), 9_000, 400);
    await putTask(store(), chat);

    expect(await claim({ worker })).toBeUndefined();
  });

  test('R10 200 claims at once give 200 tasks, each to one', async () => {
    const chat = await putChat(store());
    const worker = await putWorker(store(), 10_000);
    for (let i = 0; i < 200; i += 1) await putTask(store(), chat);

    const taken = await Promise.all(Array.from({ length: 210 }, () => claim({ worker })));

    const found = taken.filter(task => task !== undefined).map(task => task.id);
    expect(new Set(found).size).toBe(200);
    expect(found).toHaveLength(200);
  });
}
