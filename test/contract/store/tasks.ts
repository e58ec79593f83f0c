import { expect, test } from 'vitest';
import type { Task } from '../../../src/store/rows.ts';
import type { Store } from '../../../src/store/store.ts';
import { aTask, ids, putChat, putTask } from './world.ts';

export function taskRules(store: () => Store, reopen: () => Promise<Store>): void {
  test('a task comes back as it was inserted, with and without what is optional', async () => {
    const chat = await putChat(store());
    const bare = await putTask(store(), chat);
    const full = await putTask(store(), chat, {
      parentLane: 'main',
      parentCallId: 'call-1',
      rootTurnId: ids('turn'),
      waitReason: 'due',
      parkReason: 'asked',
      worker: ids('worker'),
      notBefore: 7,
      priority: -2,
      isBackground: false,
      isSilent: true,
      notify: 'quiet',
      startedAt: 5,
      endedAt: 6,
      outcome: { kind: 'failed', reason: 'max_turns', message: 'm', partial: 'half \u0000' },
      usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.25 },
      toolUses: 3,
      steps: 4,
      metadata: { ticket: '12', __proto_: 'x' },
      dedupeKey: 'nightly',
      failures: ['one', 'two'],
    });

    expect(await store().task(bare.id)).toEqual(bare);
    expect(await store().task(full.id)).toEqual(full);
    expect(await store().task(ids('task'))).toBeUndefined();
    expect(await (await reopen()).task(full.id)).toEqual(full);
  });

  test('a patch sets what it names, takes away what is null and leaves the rest', async () => {
    const chat = await putChat(store());
    const task = await putTask(store(), chat, {
      waitReason: 'due',
      notBefore: 5,
      dedupeKey: 'k',
      worker: ids('worker'),
    });

    await store().write(async tx => {
      await tx.patchTask(task.id, {
        status: 'stopped',
        waitReason: null,
        notBefore: null,
        dedupeKey: null,
        worker: null,
      });
      await tx.patchTask(task.id, {
        isBackground: false,
        outcome: { kind: 'stopped', message: 'enough' },
        failures: ['f'],
        metadata: { a: 'b' },
        priority: 4,
        description: 'Other',
        endedAt: 9,
        maxAttempts: 5,
        attempt: 2,
        startedAt: 8,
      });
      await tx.patchTask(task.id, {});
    });

    const { waitReason: _w, notBefore: _n, dedupeKey: _d, worker: _o, ...rest } = task;
    expect(await store().task(task.id)).toEqual({
      ...rest,
      status: 'stopped',
      isBackground: false,
      outcome: { kind: 'stopped', message: 'enough' },
      failures: ['f'],
      metadata: { a: 'b' },
      priority: 4,
      description: 'Other',
      endedAt: 9,
      maxAttempts: 5,
      attempt: 2,
      startedAt: 8,
    });
    await expect(store().write(tx => tx.patchTask(ids('task'), { priority: 1 }))).rejects.toMatchObject({
      fault: 'not-found',
    });
  });

  test('S25 figures are added, and one that was never given stays absent', async () => {
    const chat = await putChat(store());
    const task = await putTask(store(), chat);

    await store().write(async tx => {
      await tx.addTaskUsage(task.id, { usage: { inputTokens: 10 }, toolUses: 1, steps: 1 });
      await tx.addTaskUsage(task.id, { usage: { inputTokens: 5, costUsd: 0.5 }, toolUses: 2, steps: 1 });
    });

    expect(await store().task(task.id)).toMatchObject({
      usage: { inputTokens: 15, costUsd: 0.5 },
      toolUses: 3,
      steps: 2,
    });
    expect((await store().task(task.id))?.usage).not.toHaveProperty('outputTokens');
    const missing = store().write(tx => tx.addTaskUsage(ids('task'), { usage: {}, toolUses: 0, steps: 0 }));
    await expect(missing).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('one tool call spawns one task, and it is found by its call', async () => {
    const chat = await putChat(store());
    const call = { parentLane: 'main', parentCallId: 'c1' } as const;
    const task = await putTask(store(), chat, call);

    await expect(putTask(store(), chat, call)).rejects.toMatchObject({ fault: 'conflict' });
    await putTask(store(), await putChat(store()), call);
    await putTask(store(), chat, { parentLane: 'main' });
    await putTask(store(), chat, { parentLane: 'main' });
    expect(await store().taskByCall(chat, 'main', 'c1')).toEqual(task);
    expect(await store().taskByCall(chat, 'main', 'c2')).toBeUndefined();
  });

  test('T7 a dedupe key is held by one task until it is taken away', async () => {
    const chat = await putChat(store());
    const task = await putTask(store(), chat, { dedupeKey: 'k' });

    await expect(putTask(store(), chat, { dedupeKey: 'k' })).rejects.toMatchObject({ fault: 'conflict' });
    expect(await store().taskByDedupeKey('k')).toEqual(task);
    await store().write(tx => tx.patchTask(task.id, { dedupeKey: null }));
    const next = await putTask(store(), chat, { dedupeKey: 'k' });

    expect(await store().taskByDedupeKey('k')).toEqual(next);
  });

  test('the newest task of an agent and of a conversation is found', async () => {
    const chat = await putChat(store());
    const shared = { agentId: ids('agent'), conversationId: ids('conv') };
    await putTask(store(), chat, { ...shared, createdAt: 1 });
    const newest = await putTask(store(), chat, { ...shared, createdAt: 3 });
    await putTask(store(), chat, { ...shared, createdAt: 2 });

    expect(await store().taskByAgent(shared.agentId)).toEqual(newest);
    expect(await store().taskByConversation(shared.conversationId)).toEqual(newest);
    expect(await store().taskByAgent(ids('agent'))).toBeUndefined();
    expect(await store().taskByConversation(ids('conv'))).toBeUndefined();
  });

  test('tasks are listed by filter, oldest or newest first', async () => {
    const [chat, other] = [await putChat(store()), await putChat(store())];
    const first = await putTask(store(), chat, { createdAt: 1, status: 'completed' });
    const second = await putTask(store(), chat, { createdAt: 2, parentLane: 'main' });
    const third = await putTask(store(), other, { createdAt: 3, status: 'running' });
    const list = async (filter: Parameters<Store['tasks']>[0]) => (await store().tasks(filter)).map(task => task.id);

    expect(await list({})).toEqual([first.id, second.id, third.id]);
    expect(await list({ newestFirst: true, limit: 2 })).toEqual([third.id, second.id]);
    expect(await list({ chatId: chat })).toEqual([first.id, second.id]);
    expect(await list({ statuses: ['running', 'completed'] })).toEqual([first.id, third.id]);
    expect(await list({ statuses: [] })).toEqual([]);
    expect(await list({ parentLane: 'main' })).toEqual([second.id]);
    expect(await list({ since: 2 })).toEqual([second.id, third.id]);
  });

  test('tasks are counted by turn, creator, chat, time and status', async () => {
    const chat = await putChat(store());
    const rootTurnId = ids('turn');
    const creator = ids('user');
    await putTask(store(), chat, { rootTurnId, createdAt: 1 });
    await putTask(store(), chat, { rootTurnId, creator, createdAt: 5, status: 'failed' });
    await putTask(store(), await putChat(store()), { creator, createdAt: 9 });

    expect(await store().countTasks({})).toBe(3);
    expect(await store().countTasks({ rootTurnId })).toBe(2);
    expect(await store().countTasks({ creator, since: 6 })).toBe(1);
    expect(await store().countTasks({ chatId: chat, statuses: ['queued'] })).toBe(1);
    expect(await store().countTasks({ statuses: [] })).toBe(0);
  });

  test('dependencies keep their order and are known from both sides', async () => {
    const chat = await putChat(store());
    const [a, b] = [await putTask(store(), chat), await putTask(store(), chat)];
    const task = await putTask(store(), chat, { status: 'waiting' }, [b.id, a.id]);

    expect(await store().dependencies(task.id)).toEqual([b.id, a.id]);
    expect(await store().dependants(a.id)).toEqual([task.id]);
    expect(await store().dependencies(a.id)).toEqual([]);
    const lost = store().write(tx => tx.insertTask(aTask(chat), [ids('task')]));
    await expect(lost).rejects.toMatchObject({ fault: 'not-found' });
  });

  test('deleted tasks are gone with their dependencies, and the count says how many', async () => {
    const chat = await putChat(store());
    const first = await putTask(store(), chat);
    const second = await putTask(store(), chat, {}, [first.id]);

    const count = await store().write(tx => tx.deleteTasks([first.id, ids('task')]));

    expect(count).toBe(1);
    expect(await store().task(first.id)).toBeUndefined();
    expect(await store().dependencies(second.id)).toEqual([]);
    expect(await store().write(tx => tx.deleteTasks([]))).toBe(0);
  });

  test('the tree under a task is found at any depth and summed with it', async () => {
    const chat = await putChat(store());
    const usage = (inputTokens: number): Pick<Task, 'usage' | 'toolUses' | 'steps'> => ({
      usage: { inputTokens },
      toolUses: 1,
      steps: 2,
    });
    const root = await putTask(store(), chat, { parentLane: 'main', createdAt: 1, ...usage(1) });
    const child = await putTask(store(), chat, { parentLane: root.id, createdAt: 2, ...usage(10) });
    const grandchild = await putTask(store(), chat, { parentLane: child.id, createdAt: 3, usage: { costUsd: 0.5 } });
    const other = await putTask(store(), chat, { parentLane: 'main', createdAt: 4, ...usage(1_000) });

    expect(await store().descendants(root.id)).toEqual([child, grandchild]);
    expect(await store().descendants(other.id)).toEqual([]);
    expect(await store().subtree(root.id)).toEqual({
      usage: { inputTokens: 11, costUsd: 0.5 },
      toolUses: 2,
      steps: 4,
      tasks: 3,
    });
    expect(await store().subtree(ids('task'))).toEqual({ usage: {}, toolUses: 0, steps: 0, tasks: 0 });
  });

  test('ids are found by how they end or begin, in order and at most so many', async () => {
    const chat = await putChat(store());
    const [one, two] = [await putTask(store(), chat), await putTask(store(), chat)];

    expect(await store().tasksLike(one.id.slice(-18), 9)).toEqual([one.id]);
    expect(await store().tasksLike(one.id.slice(5, 10), 9)).toEqual([one.id, two.id].sort());
    expect(await store().tasksLike(one.id.slice(5, 10), 1)).toEqual([[one.id, two.id].sort()[0]]);
    expect(await store().tasksLike('zzzzz', 9)).toEqual([]);
    expect(await store().chatsLike(chat.slice(-18), 9)).toEqual([chat]);
  });

  test('S14 a write for an attempt that is over is fenced', async () => {
    const chat = await putChat(store());
    const task = await putTask(store(), chat, { status: 'running', attempt: 2 });

    await store().write(tx => tx.fenceTask(task.id, 2));

    await expect(store().write(tx => tx.fenceTask(task.id, 1))).rejects.toMatchObject({ fault: 'fenced' });
    await store().write(tx => tx.patchTask(task.id, { status: 'completed' }));
    await expect(store().write(tx => tx.fenceTask(task.id, 2))).rejects.toMatchObject({ fault: 'fenced' });
    await expect(store().write(tx => tx.fenceTask(ids('task'), 1))).rejects.toMatchObject({ fault: 'fenced' });
  });
}
