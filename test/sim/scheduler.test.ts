import { expect, test } from 'vitest';
import { createPrng } from './prng.ts';
import { createProcess, createScheduler } from './scheduler.ts';

const never = () => false;

test('steps run in the order of their times, and those of one time as the seed says', async () => {
  const orderOf = async (seed: number) => {
    const scheduler = createScheduler(createPrng(seed));
    const process = createProcess('p');
    const ran: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) scheduler.after(process, 5, () => void ran.push(name));
    scheduler.after(process, 1, () => void ran.push('first'));
    await scheduler.run(never);
    return ran.join('');
  };

  const orders = await Promise.all(Array.from({ length: 20 }, (_, seed) => orderOf(seed)));

  expect(orders.every(order => order.startsWith('first'))).toBe(true);
  expect(new Set(orders).size).toBeGreaterThan(5);
  expect(await orderOf(3)).toBe(orders[3]);
});

test('a step that sets off others is followed through before the next one', async () => {
  const scheduler = createScheduler(createPrng(1));
  const process = createProcess('p');
  const ran: string[] = [];
  scheduler.after(process, 1, () => {
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => ran.push('what it set off'));
  });
  scheduler.after(process, 1.5, () => void ran.push('next'));

  await scheduler.run(never);

  expect(ran).toEqual(['what it set off', 'next']);
});

test('a stopped process misses nothing but time, and a dead one hears of nothing', async () => {
  const scheduler = createScheduler(createPrng(1));
  const [stopped, dead, other] = [createProcess('stopped'), createProcess('dead'), createProcess('other')];
  const ran: (string | number)[] = [];
  scheduler.after(stopped, 2, () => void ran.push('held', scheduler.now()));
  const cancel = scheduler.after(stopped, 3, () => void ran.push('taken back'));
  scheduler.after(dead, 2, () => void ran.push('dead'));
  scheduler.after(other, 1, () => {
    stopped.state = 'paused';
    dead.state = 'dead';
  });
  scheduler.after(other, 9, () => {
    cancel();
    scheduler.resume(stopped);
  });

  await scheduler.run(never);

  expect(ran).toEqual(['held', 9]);
});
