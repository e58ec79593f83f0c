import { expect, test } from 'vitest';
import type { ChatId, InboxId, LaneId } from '../../../src/core/ids.ts';
import type { InboxRow } from '../../../src/store/rows.ts';
import type { Store } from '../../../src/store/store.ts';
import { ids, putChat } from './world.ts';

function row(chatId: ChatId, more: Partial<InboxRow> = {}): InboxRow {
  return {
    id: ids('inbox'),
    chatId,
    lane: 'main',
    kind: 'input',
    text: 'hello',
    wakes: true,
    takes: 'turn',
    createdAt: 1,
    ...more,
  };
}

export function inboxRules(store: () => Store): void {
  const put = async (...rows: InboxRow[]): Promise<InboxId[]> => {
    await store().write(async tx => {
      for (const one of rows) await tx.putInbox(one);
    });
    return rows.map(one => one.id);
  };

  test('rows wait in order of arrival, each lane for itself, and come back as they were put', async () => {
    const chat = await putChat(store());
    const lane: LaneId = ids('task');
    const full = row(chat, {
      kind: 'notification',
      from: lane,
      author: ids('user'),
      status: 'completed',
      summary: 'done',
      wakes: false,
      takes: 'boundary',
      createdAt: 9,
    });
    const later = row(chat, { createdAt: 3 });

    await put(full, later, row(chat, { lane }));

    expect(await store().pending(chat, 'main')).toEqual([full, later]);
    expect(await store().inboxRow(full.id)).toEqual(full);
    expect(await store().inboxRow(ids('inbox'))).toBeUndefined();
    expect(await store().pending(chat, lane)).toHaveLength(1);
  });

  test('what people wrote is found again, newest first and of all chats, taken or not; nothing long, of tasks or that does not wake', async () => {
    const [one, other] = [await putChat(store()), await putChat(store())];
    const [first] = await put(
      row(one, { text: 'first' }),
      row(other, { text: 'second' }),
      row(one, { text: 'x'.repeat(11) }),
      row(one, { text: 'of a task', lane: ids('task') }),
      row(one, { text: 'a message', kind: 'message' }),
      row(one, { text: 'quiet', wakes: false }),
      row(one, { text: 'y'.repeat(10) }),
    );
    await store().write(tx => tx.markDelivered(first === undefined ? [] : [first], 1));

    expect(await store().recentInputs(10, 10)).toEqual(['y'.repeat(10), 'second', 'first']);
    expect(await store().recentInputs(2, 10)).toEqual(['y'.repeat(10), 'second']);
  });

  test('S19 a delivered row waits no more, and is delivered once', async () => {
    const chat = await putChat(store());
    const [first, second] = await put(row(chat), row(chat));
    if (first === undefined || second === undefined) throw new Error('two rows were put');

    await store().write(tx => tx.markDelivered([first], 4));

    expect((await store().pending(chat, 'main')).map(one => one.id)).toEqual([second]);
    expect(await store().inboxRow(first)).toMatchObject({ deliveredSeq: 4 });
    await expect(store().write(tx => tx.markDelivered([first, second], 5))).rejects.toMatchObject({
      fault: 'conflict',
    });
    expect(await store().inboxRow(second)).not.toHaveProperty('deliveredSeq');
  });

  test('rows that wait can be taken back, delivered ones stay', async () => {
    const chat = await putChat(store());
    const [first, second] = await put(row(chat), row(chat));
    if (first === undefined || second === undefined) throw new Error('two rows were put');
    await store().write(tx => tx.markDelivered([first], 4));

    const removed = await store().write(tx => tx.removeInbox([first, second, ids('inbox')]));

    expect(removed).toBe(1);
    expect(await store().inboxRow(first)).toBeDefined();
    expect(await store().inboxRow(second)).toBeUndefined();
    expect(await store().write(tx => tx.removeInbox([]))).toBe(0);
  });

  test('main lanes that have something which wakes are found', async () => {
    const [woken, quiet, inner, done] = [
      await putChat(store()),
      await putChat(store()),
      await putChat(store()),
      await putChat(store()),
    ];
    const [delivered] = await put(row(done));
    await put(row(woken), row(woken), row(quiet, { wakes: false }), row(inner, { lane: ids('task') }));
    await store().write(tx => tx.markDelivered(delivered === undefined ? [] : [delivered], 1));

    expect(await store().wakingLanes()).toEqual([{ chatId: woken, lane: 'main' }]);
    expect(await store().wakingLanes([quiet])).toEqual([]);
    expect(await store().wakingLanes([quiet, woken])).toEqual([{ chatId: woken, lane: 'main' }]);
    expect(await store().wakingLanes([])).toEqual([]);
  });

  test('a row for a chat that is not there is refused', async () => {
    await expect(put(row(ids('chat')))).rejects.toMatchObject({ fault: 'not-found' });
  });
}
