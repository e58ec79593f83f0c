import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { ids, putChat, putWorker } from './world.ts';

export function laneRules(store: () => Store): void {
  test('R12 a lane has one driver until that has ended, whatever its lease says', async () => {
    const chat = await putChat(store());
    const [one, two] = [await putWorker(store(), 1), await putWorker(store(), 1_000)];

    const claims = await store().write(async tx => [
      await tx.claimLane(chat, 'main', one),
      await tx.claimLane(chat, 'main', two),
      await tx.claimLane(chat, 'main', one),
    ]);

    expect(claims).toEqual([1, undefined, 1]);
    expect(await store().lane(chat, 'main')).toEqual({ chatId: chat, lane: 'main', epoch: 1, driver: one });
    expect(await store().lane(chat, ids('task'))).toBeUndefined();
  });

  test('R12 a lane is taken over when its driver ended, or was forgotten; who was ended takes nothing', async () => {
    const chat = await putChat(store());
    const [ended, forgotten, next] = [await putWorker(store()), await putWorker(store()), await putWorker(store())];

    const epochs = await store().write(async tx => {
      const first = await tx.claimLane(chat, 'main', ended);
      await tx.endWorker(ended, 1_500);
      const none = await tx.claimLane(chat, 'main', ended);
      const second = await tx.claimLane(chat, 'main', forgotten);
      await tx.endWorker(forgotten, 1_600);
      await tx.forgetWorkers(0);
      return [first, none, second, await tx.claimLane(chat, 'main', next)];
    });

    expect(epochs).toEqual([1, undefined, 2, 3]);
  });

  test('R12 writes of an older epoch are fenced', async () => {
    const chat = await putChat(store());
    const [old, fresh] = [await putWorker(store()), await putWorker(store())];
    await store().write(async tx => {
      await tx.claimLane(chat, 'main', old);
      await tx.endWorker(old, 1_500);
      await tx.claimLane(chat, 'main', fresh);
    });

    const late = store().write(async tx => {
      await tx.append(chat, 'main', 1, [{ type: 'chat:renamed', title: 'late' }]);
      await tx.fenceLane(chat, 'main', 1);
    });

    await expect(late).rejects.toMatchObject({ fault: 'fenced' });
    expect(await store().entries(chat)).toEqual([]);
    await store().write(tx => tx.fenceLane(chat, 'main', 2));
  });

  test('a released lane is driven by nobody, and the next claim has a new epoch', async () => {
    const chat = await putChat(store());
    const [one, two] = [await putWorker(store()), await putWorker(store())];
    await store().write(tx => tx.claimLane(chat, 'main', one));

    await store().write(tx => tx.releaseLane(chat, 'main', 1));

    await expect(store().write(tx => tx.fenceLane(chat, 'main', 1))).rejects.toMatchObject({ fault: 'fenced' });
    expect(await store().lane(chat, 'main')).toEqual({ chatId: chat, lane: 'main', epoch: 1 });
    expect(await store().write(tx => tx.claimLane(chat, 'main', two))).toBe(2);
    await store().write(tx => tx.releaseLane(chat, 'main', 1));
    await store().write(tx => tx.fenceLane(chat, 'main', 2));
  });

  test('lanes that name a driver are listed, whether it lives or not', async () => {
    const [one, two, three] = [await putChat(store()), await putChat(store()), await putChat(store())];
    const [living, gone] = [await putWorker(store(), 1_000), await putWorker(store(), 1_000)];
    await store().write(async tx => {
      await tx.claimLane(one, 'main', living);
      await tx.claimLane(two, 'main', gone);
      await tx.endWorker(gone, 600);
      await tx.claimLane(three, 'main', living);
      await tx.releaseLane(three, 'main', 1);
    });

    expect(await store().drivenLanes()).toEqual([
      { chatId: one, lane: 'main', epoch: 1, driver: living },
      { chatId: two, lane: 'main', epoch: 1, driver: gone },
    ]);
  });

  test('a lane that was never claimed is fenced', async () => {
    const chat = await putChat(store());

    await expect(store().write(tx => tx.fenceLane(chat, 'main', 0))).rejects.toMatchObject({ fault: 'fenced' });
  });
}
