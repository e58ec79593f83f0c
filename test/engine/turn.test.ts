import { describe, expect, test } from 'vitest';
import { createWorld, ofType, rounds, until } from '../fakes/program.ts';
import { cast, lastTextOf, latch, onceOpen, says, stepOf, uses } from '../fakes/script-model.ts';

describe('R24 a context that is full', () => {
  test('R24 overflow leads to a compaction and a retry, and ids of open tasks survive it', async () => {
    const hold = latch();
    let overflows = 1;
    const world = await createWorld((request, signal) => {
      if (request.agent !== 'primary') return onceOpen(hold, says('found'))(request, signal);
      if (lastTextOf(request).startsWith('Write a summary')) return says('We sent somebody.');
      if (lastTextOf(request) === 'go')
        return uses(['Task', { subagent_type: 'explore', prompt: 'p', description: 'd', run_in_background: true }]);
      overflows -= 1;
      return overflows >= 0 ? { fails: 'overflow' } : says('ok');
    });
    const program = await world.open();

    await program.say('go');
    await until(async () => ofType(await program.entries('main'), 'turn:ended').length === 1);

    const [compacted] = ofType(await program.entries('main'), 'context:compacted');
    const [task] = await program.tasks();
    expect(compacted?.summary).toContain('We sent somebody.');
    expect(compacted?.summary).toContain(`- ${task?.id} running: d`);
    expect(world.model.requests.at(-1)?.messages[0]?.text).toContain(task?.id);
    expect(ofType(await program.entries('main'), 'turn:ended')[0]?.end).toBe('done');
    hold.open();
    await program.quiet();
  });

  test('R24 a lane that overflows again after its compaction ends its turn with what the provider said', async () => {
    const world = await createWorld(request =>
      lastTextOf(request).startsWith('Write a summary') ? says('short') : { fails: 'overflow', message: 'too long' },
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const main = await program.entries('main');
    expect(ofType(main, 'context:compacted')).toHaveLength(1);
    expect(ofType(main, 'turn:ended')[0]).toMatchObject({ end: 'failed', message: 'too long' });
  });

  test('R24 a lane is compacted before it is full', async () => {
    const world = await createWorld(
      request => {
        if (lastTextOf(request).startsWith('Write a summary')) return says('short');
        return stepOf(request) < 6 && !request.messages[0]?.text.startsWith('Summary')
          ? uses(['Look', { text: `${stepOf(request)} ${'x'.repeat(3_000)}` }])
          : says('ok');
      },
      { contextWindow: 5_000 },
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(ofType(await program.entries('main'), 'context:compacted').length).toBeGreaterThan(0);
    expect(ofType(await program.entries('main'), 'turn:ended')[0]?.end).toBe('done');
  });

  test('R24 the same call five times in a row breaks the loop, and the user is told', async () => {
    const world = await createWorld(request =>
      lastTextOf(request) === 'thanks' ? says('welcome') : uses(['Look', { text: 'the same' }]),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const main = await program.entries('main');
    expect(world.tools.runs).toHaveLength(4);
    expect(ofType(main, 'turn:ended')[0]).toMatchObject({ end: 'loop' });
    expect(ofType(main, 'turn:ended')[0]?.message).toContain('Look was called 5 times in a row with the same input');
    await program.say('thanks');
    await program.quiet();
    expect(ofType(await program.entries('main'), 'model:answered').at(-1)?.text).toBe('welcome');
  });

  test('R24 five same calls in one answer break the loop too', async () => {
    const same = ['Look', { text: 'the same' }] as const;
    const world = await createWorld(cast([uses(same, same, same, same, same), says('ok')]));
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(world.tools.runs).toHaveLength(0);
    expect(ofType(await program.entries('main'), 'turn:ended')[0]?.end).toBe('loop');
  });
});

describe('R23 interruption and odd answers', () => {
  /** A step with calls that run side by side and one that waits, then another step. */
  const script = cast([
    uses(['Look', { text: 'a' }], ['Slow', { text: 's' }], ['Change', { text: 'c' }]),
    uses(['Look', { text: 'b' }]),
    says('ok'),
  ]);

  test.each(Array.from({ length: 14 }, (_, index) => index + 1))(
    'R23 interrupted after entry %i, the next request is paired and the turn goes on',
    async boundary => {
      const world = await createWorld((request, signal) =>
        lastTextOf(request).startsWith('and now') ? says('going on') : script(request, signal),
      );
      const program = await world.open();
      let seen = 0;
      program.store.onChange(change => {
        if (change.kind !== 'committed') return;
        const before = seen;
        seen += change.entries.length;
        if (before < boundary && seen >= boundary) program.chat.session.interrupt();
      });
      world.tools.release('s');

      await program.say('go');
      await program.quiet();
      await program.say('and now?');
      await program.quiet();

      const main = await program.entries('main');
      expect(ofType(main, 'model:answered').at(-1)?.text).toBe('going on');
      expect(ofType(main, 'user:said').map(entry => entry.text)).toEqual(['go', 'and now?']);
      expect(ofType(main, 'turn:started')).toHaveLength(ofType(main, 'turn:ended').length);
    },
  );

  test('R23 interrupted while the model speaks, what it had said is kept and labelled', async () => {
    const begun = latch();
    const world = await createWorld((request, signal) => {
      if (lastTextOf(request) !== 'go') return says('on');
      begun.open();
      return new Promise(resolve =>
        signal.addEventListener('abort', () => resolve({ fails: 'aborted', partialText: 'I was just' }), {
          once: true,
        }),
      );
    });
    const program = await world.open();

    await program.say('go');
    await begun.promise;
    program.chat.session.interrupt();
    await program.quiet();
    await program.say('go on');
    await program.quiet();

    expect(ofType(await program.entries('main'), 'turn:ended')[0]?.end).toBe('interrupted');
    expect(world.model.requests.at(-1)?.messages[1]?.text).toBe('I was just\n[cut off here: aborted]');
  });

  test('R23 an id that a model uses again is a call of its own', async () => {
    const call = (text: string) => ({ calls: [{ tool: 'Look', input: { text }, id: 'call_1' }] });
    const spawn = (prompt: string) => ({
      calls: [{ tool: 'Task', input: { subagent_type: 'explore', prompt, description: prompt }, id: 'call_1' }],
    });
    const world = await createWorld(cast([call('a'), call('b'), spawn('first'), spawn('second'), says('ok')]));
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    expect(world.tools.runs.map(run => run.text)).toEqual(['a', 'b']);
    expect((await program.tasks()).map(task => task.prompt)).toEqual(['first', 'second']);
    const texts = ofType(await program.entries('main'), 'tool:ended').map(entry => entry.text);
    expect(texts[2]).toContain('report of first');
    expect(texts[3]).toContain('report of second');
  });

  test('R23 of 200 calls in one answer as many run as are allowed, and the model is told of the others', async () => {
    const calls = Array.from({ length: 200 }, (_, index) => ['Look', { text: `${index}` }] as const);
    const world = await createWorld(cast([uses(...calls), says('ok')]));
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const results = ofType(await program.entries('main'), 'tool:ended');
    expect(world.tools.runs).toHaveLength(128);
    expect(results).toHaveLength(200);
    expect(results.filter(result => result.isError).map(result => result.text)).toEqual(
      Array.from({ length: 72 }, () => 'Error: not run, because one answer may make 128 calls; make it again.'),
    );
  });

  test('R23 a tool that does not exist is answered with those there are, and one that throws with what it said', async () => {
    const world = await createWorld(cast([uses(['Dance'], ['Broken', { text: 'x' }]), says('ok')]));
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const texts = ofType(await program.entries('main'), 'tool:ended').map(entry => entry.text);
    expect(texts[0]).toMatch(/there is no tool "Dance". Available tools: Look, Change, Slow, Save, Broken, Task,/);
    expect(texts[1]).toBe('Error: broken by x');
  });

  test('calls to one file run in the order of the answer, others side by side', async () => {
    const world = await createWorld(
      cast([
        uses(['Change', { text: '1' }], ['Change', { text: '2' }], ['Change', { text: 'other', path: '/work/b' }]),
        says('ok'),
      ]),
    );
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const ofOne = world.tools.changes.filter(line => !line.endsWith('other'));
    expect(ofOne).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
    expect(world.tools.changes.indexOf('begin other')).toBeLessThan(world.tools.changes.indexOf('begin 2'));
  });
});

describe('input', () => {
  test('what is typed in the middle of a turn is read at the next tool boundary', async () => {
    const world = await createWorld(cast([uses(['Slow', { text: 's' }]), says('ok')]));
    const program = await world.open();

    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    await program.say('and this');
    world.tools.release('s');
    await program.quiet();

    expect(world.model.requests.at(-1)?.messages.map(message => message.role)).toEqual([
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(ofType(await program.entries('main'), 'turn:ended')).toHaveLength(1);
  });

  test('what is sent for the end of the turn begins a turn of its own', async () => {
    const world = await createWorld(cast([uses(['Slow', { text: 's' }]), says('one'), says('two')]));
    const program = await world.open();

    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    await program.chat.session.send('later', { takes: 'turn' });
    await rounds();
    world.tools.release('s');
    await program.quiet();

    const main = await program.entries('main');
    expect(main.map(entry => entry.type).slice(1)).toEqual([
      ...['turn:started', 'user:said', 'model:answered', 'tool:started', 'tool:ended', 'model:answered', 'turn:ended'],
      ...['turn:started', 'user:said', 'model:answered', 'turn:ended'],
    ]);
  });
});
