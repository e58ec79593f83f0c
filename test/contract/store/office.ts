import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { ids, putChat, putWorker } from './world.ts';

/** Approvals, workers, the audit and the rows of streaming text. */
export function officeRules(store: () => Store): void {
  test('S13 an approval is answered once', async () => {
    const chat = await putChat(store());
    const approval = {
      id: ids('approval'),
      chatId: chat,
      lane: 'main',
      callId: 'c',
      tool: 'Bash',
      input: { command: ['ls'] },
      reason: 'writes',
      askedAt: 1,
      deadline: 9,
    } as const;
    const by = ids('user');
    await store().write(tx => tx.insertApproval(approval));

    const before = await store().openApprovals(chat);
    const answers = await store().write(async tx => [
      await tx.answerApproval(approval.id, { verdict: 'allowed', by, message: 'fine', at: 5 }),
      await tx.answerApproval(approval.id, { verdict: 'denied', at: 6 }),
    ]);

    expect(before).toEqual([approval]);
    expect(answers).toEqual([true, false]);
    expect(await store().approval(approval.id)).toEqual({
      ...approval,
      verdict: 'allowed',
      by,
      message: 'fine',
      answeredAt: 5,
    });
    expect(await store().openApprovals()).toEqual([]);
    const unknown = store().write(tx => tx.answerApproval(ids('approval'), { verdict: 'denied', at: 6 }));
    await expect(unknown).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('open approvals are listed by age, of one chat or of all', async () => {
    const [chat, other] = [await putChat(store()), await putChat(store())];
    const ask = async (chatId: typeof chat, askedAt: number) => {
      const id = ids('approval');
      await store().write(tx =>
        tx.insertApproval({
          id,
          chatId,
          lane: 'main',
          callId: 'c',
          tool: 'Bash',
          input: null,
          reason: 'r',
          askedAt,
          deadline: 9,
        }),
      );
      return id;
    };
    const [second, first, third] = [await ask(chat, 2), await ask(other, 1), await ask(chat, 3)];

    expect((await store().openApprovals()).map(one => one.id)).toEqual([first, second, third]);
    expect((await store().openApprovals(chat)).map(one => one.id)).toEqual([second, third]);
    expect(await store().approval(ids('approval'))).toBeUndefined();
  });

  test('a worker is listed and renews its lease until somebody ends it', async () => {
    const id = await putWorker(store(), 100);

    const renewed = await store().write(tx => tx.renewWorker(id, 200));
    const atWork = await store().workers();
    await store().write(tx => tx.endWorker(id, 150));
    const late = await store().write(tx => tx.renewWorker(id, 300));
    await store().write(tx => tx.endWorker(id, 160));

    expect([renewed, late]).toEqual([true, false]);
    expect(await store().worker(id)).toEqual({
      id,
      kind: 'interactive',
      pid: 7,
      host: 'here',
      startedAt: 1,
      leaseUntil: 200,
      endedAt: 150,
    });
    expect(atWork.map(worker => worker.id)).toEqual([id]);
    expect(await store().workers()).toEqual([]);
    expect((await store().endedWorkers(10)).map(worker => worker.id)).toEqual([id]);
    expect(await store().worker(ids('worker'))).toBeUndefined();
    expect(await store().write(tx => tx.renewWorker(ids('worker'), 300))).toBe(false);
  });

  test('workers that have ended are listed by their end, newest first, so many as are wanted', async () => {
    const first = await putWorker(store(), 100, 30);
    const [last, second] = [await putWorker(store(), 100, 50), await putWorker(store(), 100, 40)];
    await putWorker(store(), 100);

    const newest = await store().endedWorkers(2);

    expect(newest.map(worker => worker.id)).toEqual([last, second]);
    expect((await store().endedWorkers(9)).map(worker => worker.id)).toEqual([last, second, first]);
  });

  test('of the workers that have ended the newest are kept, and one that is forgotten takes nothing', async () => {
    const chatId = await putChat(store());
    const first = await putWorker(store(), 100, 30);
    const [last, second] = [await putWorker(store(), 100, 50), await putWorker(store(), 100, 40)];
    const alive = await putWorker(store(), 100);

    await store().write(tx => tx.forgetWorkers(2));

    expect((await store().endedWorkers(9)).map(worker => worker.id)).toEqual([last, second]);
    expect((await store().workers()).map(worker => worker.id)).toEqual([alive]);
    expect(await store().worker(first)).toBeUndefined();
    expect(await store().write(tx => tx.claimLane(chatId, 'main', first))).toBeUndefined();
    expect(await store().write(tx => tx.claimTask({ worker: first, now: 1 }))).toBeUndefined();
  });

  test('audit rows are listed newest first, by chat, task and count', async () => {
    const [chatId, taskId, who] = [ids('chat'), ids('task'), ids('user')];
    await store().write(async tx => {
      await tx.addAudit({ at: 1, who, what: 'a', from: 'cli', chatId, detail: 'd' });
      await tx.addAudit({ at: 2, who, what: 'b', from: 'http', taskId });
      await tx.addAudit({ at: 3, who, what: 'c', from: 'http', chatId });
    });

    expect(await store().audit({ chatId })).toEqual([
      { at: 3, who, what: 'c', from: 'http', chatId },
      { at: 1, who, what: 'a', from: 'cli', chatId, detail: 'd' },
    ]);
    expect((await store().audit({ taskId })).map(row => row.what)).toEqual(['b']);
    expect((await store().audit({ limit: 2 })).map(row => row.what)).toEqual(['c', 'b']);
  });

  test('the text that streams is one row per lane, rewritten, and gone when it is empty', async () => {
    const chatId = await putChat(store());
    const lane = ids('task');
    for (const text of ['a', 'ab', 'abc']) await store().putStream({ chatId, lane, text, at: text.length });
    await store().putStream({ chatId, lane: 'main', text: 'm', at: 9 });

    const both = await store().streams(chatId);
    await store().putStream({ chatId, lane, text: '', at: 10 });

    expect(both).toEqual([
      { chatId, lane: 'main', text: 'm', at: 9 },
      { chatId, lane, text: 'abc', at: 3 },
    ]);
    expect(await store().streams(chatId)).toEqual([{ chatId, lane: 'main', text: 'm', at: 9 }]);
    await expect(store().putStream({ chatId: ids('chat'), lane, text: 'x', at: 1 })).rejects.toMatchObject({
      fault: 'not-found',
    });
  });
}
