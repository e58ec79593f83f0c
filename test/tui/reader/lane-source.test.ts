import { expect, onTestFinished, test } from 'vitest';
import type { EntryBody } from '../../../src/core/entry.ts';
import { AppError } from '../../../src/core/error.ts';
import type { ChatId, LaneId, TaskId, UserId } from '../../../src/core/ids.ts';
import { limits } from '../../../src/core/limits.ts';
import { createLiveHub } from '../../../src/engine/live.ts';
import type { Store } from '../../../src/store/store.ts';
import { createLaneSource } from '../../../src/tui/reader/lane-source.ts';
import { createLiveText } from '../../../src/tui/reader/live-text.ts';
import { createReader } from '../../../src/tui/reader/pane.ts';
import { createMemoryDatabase, openMemoryStore } from '../../fakes/memory-store/store.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';

const chatId = 'chat_1' as ChatId; // ids made here; nothing looks at their form
const task = 'task_1' as TaskId;
const note = (text: string): EntryBody => ({ type: 'note:written', level: 'info', text });

/** A chat with entries of two lanes, one after the other; a reader of the task's lane in six rows. */
async function begin(count: number, start?: number) {
  const memory = openMemoryStore(createMemoryDatabase());
  let read = 0;
  const counted = <A extends unknown[], R>(question: (...given: A) => Promise<R[]>) => {
    return async (...given: A) => {
      const rows = await question(...given);
      read += rows.length;
      return rows;
    };
  };
  const store: Store = { ...memory, entries: counted(memory.entries), lastEntries: counted(memory.lastEntries) };
  await store.write(async tx => {
    const userId = 'user_1' as UserId;
    await tx.putUser({ id: userId, name: 'x', createdAt: 0 });
    await tx.createChat({ id: chatId, userId, kind: 'person', title: '', cwd: '/', createdAt: 0, updatedAt: 0 });
  });
  const append = (lane: LaneId, ...bodies: EntryBody[]) => store.write(tx => tx.append(chatId, lane, 0, bodies));
  const bodies = Array.from({ length: count }, (_, at) => note(`note ${at + 1}.`));
  for (let at = 0; at < count; at += 5_000) {
    await append('main', note('of the other lane'));
    await append(task, ...bodies.slice(at, at + 5_000));
  }
  const hub = createLiveHub();
  const live = createLiveText({ live: hub, store }, chatId, limits.liveTextChars);
  let drawn = 0;
  const source = createLaneSource({
    store,
    chatId,
    lane: task,
    limits,
    draw(entry) {
      drawn += 1;
      return entry.type === 'note:written' ? [entry.text] : [];
    },
    textOf: entry => (entry.type === 'note:written' ? entry.text : ''),
    live,
    redraw: () => undefined,
    attempt: work => void works.push(work()),
  });
  const works: Promise<void>[] = [];
  const pane = createReader({
    title: '',
    source,
    start,
    close: () => undefined,
    redraw: () => undefined,
    attempt: work => void works.push(work()),
  });
  onTestFinished(() => live.close());
  /** What is seen when everything was fetched. */
  async function body() {
    const draw = () => pane.draw(plainLook(40), { columns: 40, rows: 6 }).rows.slice(1, -1);
    for (;;) {
      draw();
      if (works.length === 0) return draw();
      await Promise.all(works.splice(0));
    }
  }
  const press = (...names: string[]) => {
    for (const name of names) pane.key(pressed(name));
  };
  return { store, append, hub, body, press, read: () => read, drawn: () => drawn, source };
}

test('of 50,000 entries only what is seen is drawn, and only readerPage at a time are read', async () => {
  const { body, press, read, drawn } = await begin(50_000);

  expect(await body()).toEqual(['note 49997.', 'note 49998.', 'note 49999.', 'note 50000.']);
  press('g');
  expect(await body()).toEqual(['note 1.', 'note 2.', 'note 3.', 'note 4.']);
  press('pagedown');
  expect((await body())[0]).toBe('note 4.');

  expect(read()).toBeLessThanOrEqual(3 * limits.readerPage);
  expect(drawn()).toBeLessThan(60);
});

test('S36 opened at an entry it begins there, however far from the end that is, and what is above can be gone to', async () => {
  const { body, press } = await begin(1_000, 400);

  expect((await body())[0]).toBe('note 399.');
  press('up');
  expect((await body())[0]).toBe('note 398.');
});

test('S36 opened at an entry below which the screen is not full, the end is seen', async () => {
  const { body } = await begin(1_000, 1_001);

  expect(await body()).toEqual(['note 997.', 'note 998.', 'note 999.', 'note 1000.']);
});

test('from one end to the other every entry is seen once, in order', async () => {
  const { body, press } = await begin(2_500);
  const seen: string[] = [];
  await body();
  press('g');
  for (;;) {
    const rows = await body();
    seen.push(...rows.filter(row => !seen.slice(-8).includes(row)));
    if (rows.includes('note 2500.')) break;
    press('pagedown');
  }
  for (let page = 0; page < 2_500; page++) {
    if ((await body())[0] === 'note 1.') break;
    press('pageup');
  }

  expect(seen).toEqual(Array.from({ length: 2_500 }, (_, at) => `note ${at + 1}.`));
  expect((await body())[0]).toBe('note 1.');
});

test('readerEntries bounds the window of a lane that is in memory', async () => {
  const { body, press, source, read } = await begin(3_000);
  await body();
  press('g');
  await body();
  for (let page = 0; page < 400; page++) {
    press('pagedown');
    await body();
  }
  const before = read();

  // What is in the window is known at once; the first place that is not has to be fetched.
  const places: number[] = [];
  let place = source.next(1_150, -1);
  for (; typeof place === 'number'; place = source.next(place, -1)) places.push(place);

  expect(place).toBe('fetched');
  expect(read()).toBe(before);
  expect(places.length).toBeLessThan(limits.readerEntries);
});

test('what is committed appears at the end, of this lane alone; scrolled up nothing moves', async () => {
  const { append, body, press } = await begin(300);
  await body();

  await append('main', note('elsewhere'));
  await append(task, note('fresh'));
  expect((await body()).at(-1)).toBe('fresh');
  press('up', 'up');
  const before = await body();
  await append(task, note('fresher'));
  expect(await body()).toEqual(before);
  press('G');
  expect((await body()).at(-1)).toBe('fresher');
});

test('a search finds what is not in the window, in both directions', async () => {
  const { body, press, read } = await begin(20_000);
  await body();

  press('/', 'note 77.', 'return');
  expect(await body()).toContain('note 77.');
  press('n');
  expect(await body()).toContain('note 77.');
  press('/', 'NOTE 15001.', 'return');
  expect(await body()).toContain('note 15001.');

  expect(read()).toBeLessThan(80_000);
});

test('text that streams in the lane stands at the end until its entry is there', async () => {
  const { append, body, hub } = await begin(5);
  await body();

  hub.emit(chatId, { lane: 'main', type: 'text', delta: 'of the main lane' });
  hub.emit(chatId, { lane: task, type: 'text', delta: 'I am ' });
  hub.emit(chatId, { lane: task, type: 'text', delta: 'at it' });
  const streaming = await body();
  hub.emit(chatId, { lane: task, type: 'retrying', attempt: 1, inMs: 1, reason: 'x' });
  const void_ = await body();
  hub.emit(chatId, { lane: task, type: 'text', delta: 'again' });
  await append(task, { type: 'turn:ended', turnId: 't' as never, end: 'done' });

  expect(streaming).toEqual(['note 3.', 'note 4.', 'note 5.', 'I am at it']);
  expect(void_.at(-1)).toBe('note 5.');
  expect((await body()).at(-1)).toBe('note 5.');
});

test('a store that fails is told of once, not at every frame', async () => {
  const { store, source } = await begin(5);
  const errors: unknown[] = [];
  const broken = createLaneSource({
    store: { ...store, lastEntries: async () => Promise.reject(new AppError('store', 'the disk is gone')) },
    chatId,
    lane: task,
    limits,
    draw: () => [],
    textOf: () => '',
    live: { rows: () => [], onChange: () => () => undefined, close: () => undefined },
    redraw: () => undefined,
    attempt: work => void work().catch(error => errors.push(error)),
  });

  expect(broken.next(Number.POSITIVE_INFINITY, -1)).toBe('fetched');
  await expect.poll(() => errors.length).toBe(1);
  expect(broken.next(Number.POSITIVE_INFINITY, -1)).toBe('none');

  broken.close();
  source.close();
});
