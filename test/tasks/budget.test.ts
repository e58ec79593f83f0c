import { describe, expect, test } from 'vitest';
import { ceilingReached, remainingOf, spentBy, tighter } from '../../src/tasks/budget.ts';
import { retryTask } from '../../src/tasks/resume-task.ts';
import { createWorld, ofType, taskNamed } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

const spent = { tokens: 100, usd: 0.5, seconds: 10 };

describe('figures', () => {
  test('of two budgets the tighter counts, figure by figure', () => {
    expect(tighter({ tokens: 10, usd: 1 }, { tokens: 20, seconds: 5 })).toEqual({ tokens: 10, usd: 1, seconds: 5 });
    expect(tighter(undefined, { usd: 1 })).toEqual({ usd: 1 });
    expect(tighter(undefined, undefined)).toBeUndefined();
  });

  test('what is left is never less than nothing', () => {
    expect(remainingOf({ tokens: 150, usd: 0.25 }, spent)).toEqual({ tokens: 50, usd: 0 });
    expect(remainingOf(undefined, spent)).toBeUndefined();
  });

  test('a ceiling is reached where as much is spent as it allows', () => {
    expect(ceilingReached({ tokens: 101, usd: 0.51, seconds: 11 }, spent)).toBeUndefined();
    expect(ceilingReached({ tokens: 100 }, spent)).toBe('budget of 100 tokens used up (100 used)');
    expect(ceilingReached({ usd: 0.5 }, spent)).toBe('budget of $0.5 used up ($0.5000 used)');
    expect(ceilingReached({ seconds: 10 }, spent)).toBe('budget of 10 seconds used up');
  });

  test('figures that are not known cost nothing', () => {
    expect(spentBy({ usage: {} }, 3)).toEqual({ tokens: 0, usd: 0, seconds: 3 });
  });
});

describe('a task at its ceiling', () => {
  const busy = (budget: object) =>
    uses([
      'Task',
      { subagent_type: 'general-purpose', prompt: 'work', description: 'work', budget, run_in_background: true },
    ]);

  test('makes no child with nothing to spend, which could not be read again', async () => {
    const world = await createWorld(
      cast([busy({ tokens: 100 }), says('ok')], {
        work: request => (stepOf(request) === 0 ? busy({ tokens: 500 }) : says('done')),
      }),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const [work, ...others] = await program.tasks();
    expect(others).toEqual([]);
    expect(work).toMatchObject({ status: 'parked', parkReason: 'budget' });
    const [result] = ofType(await program.entries(work?.id), 'tool:ended');
    expect(result?.text).toContain('Error: Nothing is left of the tokens');
  });

  test('is parked, not lost, and its owner is told', async () => {
    const world = await createWorld(
      cast([busy({ tokens: 200 }), says('ok'), says('heard')], {
        work: request => uses(['Look', { text: `${stepOf(request)}` }]),
      }),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const task = await taskNamed(program, 'work');
    expect(task).toMatchObject({ status: 'parked', parkReason: 'budget', steps: 2 });
    const [remark] = ofType(await program.entries('main'), 'program:remarked');
    expect(remark?.text).toContain(`Task ${task.id} ("work") is parked: budget of 200 tokens used up (220 used)`);
  });

  test('draws from the budget of the one that it works for', async () => {
    const world = await createWorld(
      cast([busy({ tokens: 500 }), says('ok'), says('heard')], {
        work: request =>
          stepOf(request) === 0
            ? uses([
                'Task',
                { subagent_type: 'general-purpose', prompt: 'below', description: 'below', budget: { tokens: 10_000 } },
              ])
            : says('done'),
        below: request => uses(['Look', { text: `${stepOf(request)}` }]),
      }),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const below = await taskNamed(program, 'below');
    expect(below.spec.budget).toEqual({ tokens: 390 });
    expect(below.status).not.toBe('completed');
    expect((await program.store.subtree((await taskNamed(program, 'work')).id)).usage.inputTokens).toBeLessThan(700);
  });

  test('goes on when it is retried, until it is at its ceiling again', async () => {
    const world = await createWorld(
      cast([busy({ tokens: 200 }), says('ok'), says('heard')], {
        work: request => uses(['Look', { text: `${stepOf(request)}` }]),
      }),
    );
    const program = await world.open();
    await program.say('go');
    await program.quiet();
    const { id } = await taskNamed(program, 'work');

    await program.store.write(tx => retryTask(program.chat.working.deps, tx, id, 'a person wants it'));
    await program.quiet();

    expect((await taskNamed(program, 'work')).status).toBe('parked');
  });
});
