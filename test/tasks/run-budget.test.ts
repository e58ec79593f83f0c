import { expect, test } from 'vitest';
import { createRunBudget } from '../../src/tasks/run-budget.ts';
import { createWorld, ofType, type World } from '../fakes/program.ts';
import { cast, promptOf, type Reply, type Script, says, stepOf, uses } from '../fakes/script-model.ts';

const spawns = (...names: string[]) =>
  uses(
    ...names.map(
      name => ['Task', { subagent_type: 'general-purpose', prompt: `${name} work`, description: name }] as const,
    ),
  );
/** A step for a quarter of a dollar. */
const quarter: Script = request => {
  const reply: Reply = uses(['Look', { text: `${promptOf(request)} ${stepOf(request)}` }]);
  return { ...reply, usage: { inputTokens: 1, outputTokens: 1, costUsd: 0.25 } };
};

function price(world: World): void {
  world.model.facts = handle => ({ handle, contextWindow: 200_000, prices: { input: 1, output: 1 } });
}

async function spentIn(program: Awaited<ReturnType<World['open']>>): Promise<number> {
  return ofType(await program.entries(), 'model:answered').reduce((sum, entry) => sum + (entry.usage.costUsd ?? 0), 0);
}

test('S1 budget: siblings of the main lane draw from one budget of the run, and all of them park at its ceiling', async () => {
  const world = await createWorld(
    cast([spawns('a', 'b', 'c', 'd'), says('done')], { a: quarter, b: quarter, c: quarter, d: quarter }),
  );
  price(world);
  const program = await world.open({ budget: { usd: 2 } });

  await program.say('go');
  await program.quiet();

  const tasks = await program.tasks();
  expect(tasks.map(({ status, parkReason }) => ({ status, parkReason }))).toEqual(
    Array.from({ length: 4 }, () => ({ status: 'parked', parkReason: 'budget' })),
  );
  // A step that had begun is finished: at most one of each.
  expect(await spentIn(program)).toBeLessThanOrEqual(2 + 3 * 0.25);
  const ended = ofType(await program.entries('main'), 'turn:ended');
  expect(ended.map(entry => entry.end)).toEqual(['budget']);
  const parked = ofType(await program.entries(), 'task:parked');
  expect(parked[0]?.message).toMatch(/^budget of \$2 used up \(\$2\.\d+ used\) by the run for which this works$/);
});

test('S1 budget: what is below a subagent draws from the budget of the run too', async () => {
  const world = await createWorld(
    cast([spawns('a', 'b'), says('done')], {
      a: request => (stepOf(request) === 0 ? spawns('below') : says('done')),
      b: quarter,
      below: quarter,
    }),
  );
  price(world);
  const program = await world.open({ budget: { usd: 2 } });

  await program.say('go');
  await program.quiet();

  expect(await spentIn(program)).toBeLessThanOrEqual(2.25);
});

test('S1 budget: a task in dollars on a model whose price is not known is refused, and nothing is spawned', async () => {
  const world = await createWorld(cast([spawns('a'), says('alone then')]));
  const program = await world.open({ budget: { usd: 1 } });

  await program.say('go');
  await program.quiet();

  const main = await program.entries('main');
  expect(ofType(main, 'tool:ended')[0]).toMatchObject({ isError: true });
  expect(ofType(main, 'tool:ended')[0]?.text).toBe(
    'Error: A budget of $1 cannot be kept on test/model, whose price is not known. Choose a model with a price, or put the price of this one into "prices" of settings.json.',
  );
  expect(await program.tasks()).toEqual([]);
});

test('R14 budget: what a run spends is counted also when the clock is set back', async () => {
  const world = await createWorld(quarter);
  price(world);
  const program = await world.open({ budget: { usd: 1 } });
  world.clock.jump(-3 * 24 * 3_600_000);

  await program.say('go');
  await program.quiet();

  expect(ofType(await program.entries('main'), 'turn:ended')[0]).toMatchObject({ end: 'budget' });
  expect(await spentIn(program)).toBe(1);
});

test('S1 budget: what a run has spent is asked for from where the last look ended, not from its beginning', async () => {
  const reply = (request: Parameters<Script>[0]) =>
    stepOf(request) < 20 ? uses(['Look', { text: `${stepOf(request)}` }]) : says('done');
  const world = await createWorld(request => ({ ...reply(request), usage: { costUsd: 0.01 } }));
  price(world);
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  const afters: (number | undefined)[] = [];
  const store: typeof program.store = {
    ...program.store,
    entries: (chatId, options) => {
      afters.push(options?.after);
      return program.store.entries(chatId, options);
    },
  };
  const budget = createRunBudget({ store, clock: world.clock }, world.chatId, { usd: 0.15 }, 0);

  const first = await budget.reached();
  const again = await budget.reached();

  const newest = (await program.entries()).at(-1)?.seq;
  expect([first, again]).toEqual(Array(2).fill('budget of $0.15 used up ($0.2100 used)'));
  expect(afters).toEqual([0, newest]);
});
