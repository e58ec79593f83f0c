import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, Store } from '../../../src/store/store.ts';
import { aSchedule, ids, putChat, putTask } from './world.ts';

const renamed = (title: string) => ({ type: 'chat:renamed', title }) as const;

export function writeRules(store: () => Store): void {
  test('a work that throws leaves nothing, and those beside it stand', async () => {
    const chat = await putChat(store());

    const results = await Promise.allSettled(
      [0, 1, 2, 3].map(i =>
        store().write(async tx => {
          await tx.append(chat, 'main', i, [renamed(`${i}`), renamed(`${i}`)]);
          if (i === 1) throw new Error('not this one');
          return i;
        }),
      ),
    );

    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const entries = await store().entries(chat);
    expect(entries.map(entry => entry.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(entries.map(entry => entry.at)).toEqual([0, 0, 2, 2, 3, 3]);
  });

  test('whatever is written and taken back, numbers have no gap', async () => {
    const chat = await putChat(store());
    let kept = 0;
    const writes = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { maxLength: 30 });

    await fc.assert(
      fc.asyncProperty(writes, async plan => {
        await Promise.allSettled(
          plan.map(([count, isKept]) =>
            store().write(async tx => {
              await tx.append(
                chat,
                'main',
                1,
                Array.from({ length: count }, () => renamed('x')),
              );
              if (!isKept) throw new Error('taken back');
            }),
          ),
        );
        kept += plan.reduce((sum, [count, isKept]) => sum + (isKept ? count : 0), 0);

        expect((await store().entries(chat)).map(entry => entry.seq)).toEqual(
          Array.from({ length: kept }, (_, i) => i + 1),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('a transaction reads what it wrote; nobody else does before it is committed', async () => {
    const chat = await putChat(store());
    const outside: Promise<unknown>[] = [];

    const inside = await store().write(async tx => {
      await tx.renameChat(chat, 'New');
      outside.push(store().chat(chat));
      await outside[0];
      return await tx.chat(chat);
    });

    expect(inside).toMatchObject({ title: 'New' });
    expect(await outside[0]).toMatchObject({ title: 'First' });
    expect(await store().chat(chat)).toMatchObject({ title: 'New' });
  });

  test('listeners hear once of a batch, after its commit, with what was kept of it', async () => {
    const chat = await putChat(store());
    const heard: Change[] = [];
    const stop = store().onChange(change => heard.push(change));
    const settled: number[] = [];

    const works = [0, 1, 2].map(i =>
      store().write(async tx => {
        await tx.append(chat, 'main', i, [renamed(`${i}`)]);
        expect(heard).toEqual([]);
        if (i === 1) throw new Error('not this one');
      }),
    );
    for (const work of works)
      void work.then(
        () => settled.push(heard.length),
        () => settled.push(heard.length),
      );
    await Promise.allSettled(works);
    stop();
    await store().write(tx => tx.renameChat(chat, 'unheard'));

    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      kind: 'committed',
      touchedInbox: false,
      touchedTasks: false,
      touchedSchedules: false,
    });
    expect(heard[0]?.kind === 'committed' && heard[0].entries.map(entry => entry.seq)).toEqual([1, 2]);
    expect(settled).toEqual([1, 1, 1]);
  });

  test('a change says whether inbox, tasks or schedules were touched, and a question is no change', async () => {
    const chat = await putChat(store());
    const heard: Change[] = [];
    const stop = store().onChange(change => heard.push(change));

    await putTask(store(), chat);
    await store().write(tx =>
      tx.putInbox({
        id: ids('inbox'),
        chatId: chat,
        lane: 'main',
        kind: 'input',
        text: 'x',
        wakes: true,
        takes: 'turn',
        createdAt: 1,
      }),
    );
    await store().write(tx => tx.putSchedule(aSchedule()));
    await store().write(tx => tx.chat(chat));
    stop();

    expect(heard).toEqual([
      { kind: 'committed', entries: [], touchedInbox: false, touchedTasks: true, touchedSchedules: false },
      { kind: 'committed', entries: [], touchedInbox: true, touchedTasks: false, touchedSchedules: false },
      { kind: 'committed', entries: [], touchedInbox: false, touchedTasks: false, touchedSchedules: true },
    ]);
  });

  test('a work that was taken back is no change', async () => {
    const chat = await putChat(store());
    const heard: Change[] = [];
    const stop = store().onChange(change => heard.push(change));

    const work = store().write(async tx => {
      await tx.append(chat, 'main', 1, [renamed('x')]);
      throw new Error('taken back');
    });
    await expect(work).rejects.toThrow('taken back');
    stop();

    expect(heard).toEqual([]);
  });

  test('a transaction that is used after its end is refused', async () => {
    const chat = await putChat(store());
    const kept = await store().write(async tx => ({ tx }));

    await expect(kept.tx.renameChat(chat, 'late')).rejects.toThrow('after it had ended');
    expect(await store().chat(chat)).toMatchObject({ title: 'First' });
  });

  test('a work that goes on after its end is refused, also while another one is being run', async () => {
    const chat = await putChat(store());
    let goOn = () => {};
    const isNext = new Promise<void>(resolve => {
      goOn = resolve;
    });
    let straying: Promise<unknown> = Promise.resolve();

    const first = store().write(async tx => {
      straying = isNext.then(() => tx.renameChat(chat, 'strayed'));
    });
    const second = store().write(async tx => {
      goOn();
      await expect(straying).rejects.toThrow('after it had ended');
      return await tx.chat(chat);
    });

    await first;
    expect(await second).toMatchObject({ title: 'First' });
  });

  test('a write inside of a work is refused, because it would wait for itself; one that is set off by it and comes later is not', async () => {
    const chat = await putChat(store());
    let later: Promise<unknown> = Promise.resolve();
    let over = () => {};
    const isOver = new Promise<void>(resolve => {
      over = resolve;
    });

    const nested = store().write(() => store().write(tx => tx.renameChat(chat, 'nested')));
    const outer = store().write(async () => {
      later = isOver.then(() => store().write(tx => tx.renameChat(chat, 'later')));
    });

    await expect(nested).rejects.toThrow('inside of a work');
    await outer;
    over();
    await later;
    expect(await store().chat(chat)).toMatchObject({ title: 'later' });
  });

  test('check says that all is well, and a closed store refuses', async () => {
    expect(await store().check()).toMatchObject({ isOk: true });

    await store().close();

    await expect(store().chats()).rejects.toMatchObject({ fault: 'store' });
    await expect(store().write(async () => 1)).rejects.toMatchObject({ fault: 'store' });
    await store().close();
  });

  test('what was asked before the store is closed is finished', async () => {
    const chat = await putChat(store());

    const work = store().write(tx => tx.append(chat, 'main', 1, [renamed('x')]));
    await store().close();

    expect(await work).toHaveLength(1);
  });
}
