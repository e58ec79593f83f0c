import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboxId } from '../../src/core/ids.ts';
import { createWorld, until } from '../fakes/program.ts';
import { latch, onceOpen, says } from '../fakes/script-model.ts';

/** A chat whose turn is held, with inputs that wait. */
async function begin(texts: readonly string[]) {
  const hold = latch();
  const world = await createWorld(onceOpen(hold, says('done')));
  const program = await world.open();
  await program.say('go');
  await until(() => world.model.requests.length === 1);
  const ids: InboxId[] = [];
  for (const text of texts) ids.push(await program.chat.session.send(text, { takes: 'turn' }));
  const waiting = async () => (await program.store.pending(world.chatId, 'main')).map(row => row.text);
  const id = (text: string): InboxId => {
    const found = ids[texts.indexOf(text)];
    if (!found) throw new Error(`${text} was not sent`);
    return found;
  };
  return { hold, world, program, session: program.chat.session, waiting, id };
}

test('inputs that wait trade places, and are taken in the order in which they then stand', async () => {
  const { program, session, waiting, id, hold } = await begin(['one', 'two', 'three']);

  const isMoved = await session.move(id('three'), -1);
  const isOver = await session.move(id('one'), -1);
  const order = await waiting();
  hold.open();
  await program.quiet();

  const said = (await program.entries('main')).flatMap(entry => (entry.type === 'user:said' ? [entry.text] : []));
  expect([isMoved, isOver]).toEqual([true, false]);
  expect(order).toEqual(['one', 'three', 'two']);
  expect(said).toEqual(['go', 'one', 'three', 'two']);
});

test('a moved input passes other inputs only: notifications keep their place', async () => {
  const { program, session, world, waiting, id } = await begin(['one', 'two']);
  await program.store.write(tx =>
    tx.putInbox({
      id: 'inbox_remark' as InboxId,
      chatId: world.chatId,
      lane: 'main',
      kind: 'remark',
      text: 'remark',
      wakes: false,
      takes: 'turn',
      createdAt: 0,
    }),
  );
  await session.send('three', { takes: 'turn' });

  await session.move(id('one'), 1);
  const [, , , last] = await program.store.pending(world.chatId, 'main');
  if (last) await session.move(last.id, -1);

  expect(await waiting()).toEqual(['two', 'three', 'remark', 'one']);
});

test('an input that waits is taken back whole, and is not read', async () => {
  const { program, session, id, hold } = await begin(['one', 'two']);

  const taken = await session.takeBack(id('one'));
  const again = await session.takeBack(id('one'));
  hold.open();
  await program.quiet();

  const said = (await program.entries('main')).flatMap(entry => (entry.type === 'user:said' ? [entry.text] : []));
  expect(taken).toMatchObject({ text: 'one', takes: 'turn' });
  expect(again).toBeUndefined();
  expect(said).toEqual(['go', 'two']);
});

test('when an input is read can be changed while it waits, and its place stays', async () => {
  const { program, session, world, waiting, id } = await begin(['one', 'two']);

  const isChanged = await session.setTakes(id('one'), 'boundary');

  const rows = await program.store.pending(world.chatId, 'main');
  expect(isChanged).toBe(true);
  expect(rows.map(row => row.takes)).toEqual(['boundary', 'turn']);
  expect(await waiting()).toEqual(['one', 'two']);
});

test('what the agent has read can be neither taken back, moved nor changed', async () => {
  const { program, session, id, hold } = await begin(['one', 'two']);
  hold.open();
  await program.quiet();

  expect(await session.takeBack(id('one'))).toBeUndefined();
  expect(await session.move(id('one'), 1)).toBe(false);
  expect(await session.setTakes(id('one'), 'boundary')).toBe(false);
});

test('the queue and its order are there after the process was killed', async () => {
  const { world, program, session, id, hold } = await begin(['one', 'two', 'three']);
  await session.move(id('three'), -1);
  await session.takeBack(id('one'));

  await program.kill();
  hold.open();
  const next = await world.open();
  await next.quiet();

  const said = (await next.entries('main')).flatMap(entry => (entry.type === 'user:said' ? [entry.text] : []));
  expect(said).toEqual(['go', 'three', 'two']);
});

test('whatever is moved, nothing is lost, doubled or changed', async () => {
  const { program, session, world } = await begin(['a', 'b', 'c', 'd']);
  const before = await program.store.pending(world.chatId, 'main');
  const moves = fc.array(fc.tuple(fc.nat(3), fc.constantFrom<-1 | 1>(-1, 1)), { maxLength: 6 });

  await fc.assert(
    fc.asyncProperty(moves, async steps => {
      for (const [at, by] of steps) {
        const row = before[at];
        if (row) await session.move(row.id, by);
      }
      const rows = await program.store.pending(world.chatId, 'main');

      expect(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(before);
    }),
    { numRuns: 30 },
  );
});
