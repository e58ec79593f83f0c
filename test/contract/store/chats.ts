import { expect, test } from 'vitest';
import type { EntryBody } from '../../../src/core/entry.ts';
import type { Store } from '../../../src/store/store.ts';
import { aTask, ids, putChat, putTask, putUser } from './world.ts';

export function chatRules(store: () => Store, reopen: () => Promise<Store>): void {
  test('a user is kept and can be renamed', async () => {
    const id = await putUser(store());

    await store().write(tx => tx.putUser({ id, name: 'Grace', createdAt: 5 }));

    expect(await store().user(id)).toEqual({ id, name: 'Grace', createdAt: 1 });
  });

  test('what does not exist is undefined or an empty list', async () => {
    expect(await store().user(ids('user'))).toBeUndefined();
    expect(await store().chat(ids('chat'))).toBeUndefined();
    expect(await store().entries(ids('chat'))).toEqual([]);
    expect(await store().lastEntries(ids('chat'), 3)).toEqual([]);
    expect(await store().chats()).toEqual([]);
  });

  test('chats are listed by newest activity, filtered and limited', async () => {
    const old = await putChat(store(), { updatedAt: 10 });
    const middle = await putChat(store(), { updatedAt: 20, cwd: '/other' });
    const fresh = await putChat(store(), { updatedAt: 30 });

    await store().write(tx => tx.append(old, 'main', 40, [{ type: 'chat:renamed', title: 'x' }]));

    expect((await store().chats()).map(chat => chat.id)).toEqual([old, fresh, middle]);
    expect((await store().chats({ limit: 1 })).map(chat => chat.id)).toEqual([old]);
    expect((await store().chats({ cwd: '/other' })).map(chat => chat.id)).toEqual([middle]);
    expect(await store().chats({ kind: 'agent' })).toEqual([]);
  });

  test('a chat is renamed, and renaming one that is not there is an error', async () => {
    const id = await putChat(store());

    await store().write(tx => tx.renameChat(id, 'Second'));

    expect(await store().chat(id)).toMatchObject({ title: 'Second', lastSeq: 0 });
    await expect(store().write(tx => tx.renameChat(ids('chat'), 'x'))).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('a chat of a user who is not there is refused', async () => {
    const work = putChat(store(), { userId: ids('user') });

    await expect(work).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('entries are numbered from 1 without a gap and come back as they were written, also after a restart', async () => {
    const chat = await putChat(store());
    const bodies: EntryBody[] = [
      { type: 'user:said', inboxId: ids('inbox'), text: 'Grüße \u0000 \ud800 😀 </x>' },
      { type: 'program:remarked', text: '' },
    ];

    const written = await store().write(async tx => [
      ...(await tx.append(chat, 'main', 50, bodies)),
      ...(await tx.append(chat, ids('task'), 51, [{ type: 'task:instructed', prompt: 'Go' }])),
    ]);

    expect(written.map(entry => [entry.seq, entry.lane === 'main', entry.at])).toEqual([
      [1, true, 50],
      [2, true, 50],
      [3, false, 51],
    ]);
    expect(await store().entries(chat)).toEqual(written);
    expect(await store().chat(chat)).toMatchObject({ lastSeq: 3, updatedAt: 51 });
    expect(await (await reopen()).entries(chat)).toEqual(written);
  });

  test('entries are read by range, lane, limit and from the end', async () => {
    const chat = await putChat(store());
    const lane = ids('task');
    for (let i = 1; i <= 6; i += 1) {
      await store().write(tx => tx.append(chat, i % 2 ? 'main' : lane, i, [{ type: 'chat:renamed', title: `${i}` }]));
    }

    const seqs = async (entries: Promise<readonly { seq: number }[]>) => (await entries).map(entry => entry.seq);

    expect(await seqs(store().entries(chat, { after: 4 }))).toEqual([5, 6]);
    expect(await seqs(store().entries(chat, { after: 1, through: 3 }))).toEqual([2, 3]);
    expect(await seqs(store().entries(chat, { lane }))).toEqual([2, 4, 6]);
    expect(await seqs(store().entries(chat, { lane, after: 2, limit: 1 }))).toEqual([4]);
    expect(await store().entries(chat, { type: 'policy:changed' })).toEqual([]);
    expect(await seqs(store().entries(chat, { lane: 'main', type: 'chat:renamed', after: 1 }))).toEqual([3, 5]);
    expect(await seqs(store().lastEntries(chat, 2))).toEqual([5, 6]);
    expect(await seqs(store().lastEntries(chat, 2, { lane }))).toEqual([4, 6]);
    expect(await seqs(store().lastEntries(chat, 2, { before: 4 }))).toEqual([2, 3]);
    expect(await seqs(store().lastEntries(chat, 5, { lane, before: 6 }))).toEqual([2, 4]);
  });

  test('appending to a chat that is not there is an error, and nothing is kept', async () => {
    const chat = ids('chat');

    const work = store().write(tx => tx.append(chat, 'main', 1, [{ type: 'chat:renamed', title: 'x' }]));

    await expect(work).rejects.toMatchObject({ fault: 'not-found' });
    expect(await store().entries(chat)).toEqual([]);
  });

  test('a deleted chat takes everything of it along except the audit and the schedules', async () => {
    const chat = await putChat(store());
    const other = await putChat(store());
    const task = await putTask(store(), chat);
    const dependant = await putTask(store(), other, {}, [task.id]);
    const inboxId = ids('inbox');
    const approvalId = ids('approval');
    await store().write(async tx => {
      await tx.append(chat, 'main', 1, [{ type: 'chat:renamed', title: 'x' }]);
      await tx.putInbox({
        id: inboxId,
        chatId: chat,
        lane: 'main',
        kind: 'input',
        text: 'x',
        wakes: true,
        takes: 'turn',
        createdAt: 1,
      });
      await tx.claimLane(chat, 'main', ids('worker'));
      await tx.insertApproval({
        id: approvalId,
        chatId: chat,
        lane: 'main',
        callId: 'c',
        tool: 'Bash',
        input: {},
        reason: 'r',
        askedAt: 1,
        deadline: 2,
      });
      await tx.addAudit({ at: 1, who: task.creator, what: 'task:made', from: 'cli', chatId: chat, taskId: task.id });
    });
    await store().putStream({ chatId: chat, lane: 'main', text: 'x', at: 1 });

    await store().write(tx => tx.deleteChat(chat));

    expect(await store().chat(chat)).toBeUndefined();
    expect(await store().entries(chat)).toEqual([]);
    expect(await store().task(task.id)).toBeUndefined();
    expect(await store().dependencies(dependant.id)).toEqual([]);
    expect(await store().inboxRow(inboxId)).toBeUndefined();
    expect(await store().approval(approvalId)).toBeUndefined();
    expect(await store().lane(chat, 'main')).toBeUndefined();
    expect(await store().streams(chat)).toEqual([]);
    expect(await store().audit({ chatId: chat })).toHaveLength(1);
    expect(await store().chat(other)).toBeDefined();
    await expect(store().write(tx => tx.deleteChat(chat))).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('a task of a chat that is not there is refused', async () => {
    const work = store().write(tx => tx.insertTask(aTask(ids('chat')), []));

    await expect(work).rejects.toMatchObject({ fault: 'not-found' });
  });
}
