import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { createChat, openChat } from '../../src/tasks/open-chat.ts';
import { heapInUse } from '../fakes/heap.ts';
import { bypass, createWorld, until, user } from '../fakes/program.ts';
import { lastTextOf, says, uses } from '../fakes/script-model.ts';

/** At full size by hand: LEGWORK_TEST_TURNS=10000 */
const turns = Number(process.env.LEGWORK_TEST_TURNS ?? 2_000);
const turnsPerChat = 50;
const keptBytesPerTurn = 500;
/** What the engine's own tables (compiled code, shapes of objects) add at any time, however few turns there are. */
const heapNoiseBytes = 256 * 1024;

test(`R42 ${turns} turns leave memory, listeners, timers and handles as they were`, {
  timeout: 3_600_000,
}, async () => {
  const world = await createWorld(request =>
    lastTextOf(request).startsWith('go') ? uses(['Look', { text: 'x' }]) : says('done'),
  );
  const { base } = await world.open();
  const { store, listeners } = counted(base.store);
  const states: Record<
    'heap' | 'listeners' | 'timers' | 'listenersOpen' | 'timersOpen' | 'handles' | 'signals',
    number
  >[] = [];

  for (let done = 0; done < turns; done += turnsPerChat) {
    const chatId = await createChat(base, { user, cwd: '/work', title: 'many turns' });
    const chat = await openChat(
      { ...base, store },
      {
        chatId,
        user,
        model: 'test/model',
        policy: bypass,
        startsOnLate: true,
        kind: 'test',
        pid: 1,
        host: 'test',
        canAsk: () => false,
      },
    );
    for (let turn = 0; turn < turnsPerChat; turn += 1) {
      let isOver = false;
      const off = chat.session.subscribe(0, event => {
        isOver ||= event.kind === 'turn-ended';
      });
      await chat.session.send(`go ${turn}`);
      await until(async () => {
        await world.clock.advance(1);
        return isOver;
      });
      off();
    }
    const open = { listenersOpen: listeners(), timersOpen: world.clock.pending };
    await chat.close();
    world.model.requests.length = 0;
    world.tools.runs.length = 0;
    states.push({
      ...open,
      heap: heapInUse(),
      listeners: listeners(),
      timers: world.clock.pending,
      handles: process.getActiveResourcesInfo().length,
      signals: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    });
  }

  const [early, last] = [states[Math.floor(states.length / 3)], states.at(-1)];
  expect(last).toEqual({ ...early, heap: expect.any(Number) });
  expect((last?.heap ?? 0) - (early?.heap ?? 0)).toBeLessThan(turns * keptBytesPerTurn + heapNoiseBytes);
});

/** The store, and how many listen to it. */
function counted(store: Store): { store: Store; listeners: () => number } {
  let count = 0;
  return {
    listeners: () => count,
    store: {
      ...store,
      onChange(listener) {
        count += 1;
        const off = store.onChange(listener);
        return () => {
          count -= 1;
          off();
        };
      },
    },
  };
}
