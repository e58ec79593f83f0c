import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/core/entry.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { stripped } from '../../../src/terminal/stripped.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { createGroupStrip, groupBlock } from '../../../src/tui/tasks/group.ts';
import { noTasks, reduceTasks } from '../../../src/views/task-group.ts';
import { createTaskLog, type TaskLog } from '../../fakes/task-log.ts';
import { plainLook } from '../look.ts';

const fold = (entries: readonly Entry[]) => entries.reduce(reduceTasks, noTasks);

/** The strip over a log, a second after its last entry. */
function draw(log: TaskLog, { columns = 80, rows = 20, isAscii = false } = {}) {
  const tasks = fold(log.entries);
  const now = (log.entries.length + 1) * 1_000;
  const strip = createGroupStrip({ tasks: () => tasks, now: () => now, spin: () => 0 });
  const [gap, ...drawn] = strip.draw(plainLook(columns, isAscii), { columns, rows });
  return gap === '' || gap === undefined ? drawn : [gap, ...drawn];
}

/** What the entries leave in the scrollback. */
function printed(log: TaskLog, columns = 80): string[] {
  let tasks = noTasks;
  return log.entries.flatMap(entry => {
    const block = groupBlock(tasks, entry, plainLook(columns));
    tasks = reduceTasks(tasks, entry);
    return block?.lines ?? [];
  });
}

/** The picture of the spec. */
function threeAgents(): TaskLog {
  const log = createTaskLog();
  log.add('main', { type: 'turn:started', turnId: 't', model: 'playbook/p', cause: 'input' });
  log.queued('a', { description: 'Find auth code', model: 'anthropic/sonnet-4.5' });
  log.queued('b', { description: 'Fix tests', agentType: 'general-purpose', isBackground: true });
  log.queued('c', { description: 'Write docs', agentType: 'general-purpose', dependsOn: [log.taskId('b')] });
  log.waited('c');
  log.started('a');
  log.started('b');
  for (const call of ['1', '2', '3']) log.calls('a', call);
  log.answered('a', { inputTokens: 12_000, outputTokens: 100, costUsd: 0.05 });
  log.ended('a');
  log.answered('b', { inputTokens: 12_000, outputTokens: 500, costUsd: 0.03 });
  log.calls('b', '1');
  return log;
}

test('S34 the group is drawn as the spec draws it, with the cost of each task where it is known', () => {
  expect(draw(threeAgents(), { columns: 100 })).toEqual([
    '● Running 3 agents · 1 done · 24.6k tokens · $0.08                                   (ctrl+o expand)',
    '  ├─ ✓ Find auth code · explore · sonnet-4.5 · 3 tool uses · 12.1k tokens · $0.0500 · 6.0s',
    '  ├─ ⠋ Fix tests · general-purpose · background · 1 tool use · 12.5k tokens · $0.0300 · 8.0s',
    '  │     Bash(npm test)',
    '  └─ ⠋ Write docs · general-purpose · waiting for "Fix tests"',
  ]);
});

test('at 40 columns the less important parts go first, in ASCII where the locale is not UTF-8', () => {
  expect(draw(threeAgents(), { columns: 40 })).toEqual([
    '● Running 3 agents · 1 done',
    '  ├─ ✓ Find auth code · 6.0s',
    '  ├─ ⠋ Fix tests · 12.5k tokens · 8.0s',
    '  │     Bash(npm test)',
    '  └─ ⠋ Write docs · waiting for "Fix te…',
  ]);
  expect(draw(threeAgents(), { columns: 60, isAscii: true })).toEqual([
    '* Running 3 agents - 1 done - 24.6k tokens - $0.08',
    '  |- + Find auth code - 3 tool uses - 12.1k tokens - 6.0s',
    '  |- - Fix tests - 1 tool use - 12.5k tokens - 8.0s',
    '  |     Bash(npm test)',
    '  `- - Write docs - waiting for "Fix tests"',
  ]);
});

test('S35 nested tasks are indented under their parent', () => {
  const log = createTaskLog();
  for (const name of ['a', 'b']) log.queued(name);
  log.queued('a1', { parentLane: log.taskId('a'), depth: 2 });
  log.queued('a2', { parentLane: log.taskId('a'), depth: 2 });
  log.queued('b1', { parentLane: log.taskId('b'), depth: 2 });
  for (const name of ['a', 'b', 'a1', 'a2', 'b1']) log.started(name);
  log.calls('a1', '1');
  log.calls('b', '1');

  expect(draw(log).map(row => row.replace(/ · explore.*/, ''))).toEqual([
    expect.stringContaining('Running 5 agents'),
    '  ├─ ⠋ Do a',
    '  │  ├─ ⠋ Do a1',
    '  │  │     Bash(npm test)',
    '  │  └─ ⠋ Do a2',
    '  └─ ⠋ Do b',
    '        Bash(npm test)',
    '     └─ ⠋ Do b1',
  ]);
});

test('S35 of more rows than fit the newest and the running ones are shown, then how many more there are', () => {
  const log = createTaskLog();
  for (let at = 1; at <= 40; at++) {
    log.queued(String(at));
    log.started(String(at));
    if (at % 2 === 0) log.ended(String(at));
  }
  log.queued('under', { parentLane: log.taskId('1'), depth: 2 });
  log.asks('9', 'c1');

  const rows = draw(log, { rows: 8 });

  expect(rows.map(row => row.replace(/ · explore.*/, ''))).toEqual([
    '● Running 41 agents · 1 waits for you · 20 done                  (ctrl+o expand)',
    '  ├─ ? Do 9',
    '  ├─ ⠋ Do 31',
    '  ├─ ⠋ Do 33',
    '  ├─ ⠋ Do 35',
    '  ├─ ⠋ Do 37',
    '  └─ ⠋ Do 39',
    '  … and 35 more (ctrl+t)',
  ]);
});

test('S13 a task that waits for an approval says so in its row, and the group does', () => {
  const log = createTaskLog();
  log.queued('a');
  log.started('a');
  log.asks('a', 'c1');

  expect(draw(log).slice(0, 2)).toEqual([
    '● Running 1 agent · 1 waits for you                              (ctrl+o expand)',
    '  └─ ? Do a · explore · waits for you: Bash(rm -rf build) · 0 tool uses · 2.0s',
  ]);
});

test('S34 error rows show the error, parked ones why', () => {
  const log = createTaskLog();
  for (const name of ['a', 'b', 'c', 'd']) log.queued(name);
  log.ended('a', { kind: 'failed', reason: 'x', message: 'the model\nrefused' });
  log.ended('b', { kind: 'stopped', message: 'by you' });
  log.parked('c', 'budget', 'nothing is left');

  expect(draw(log).slice(1, -1)).toEqual([
    '  ├─ ✗ Do a · explore · p · failed: the model refused',
    '  ├─ ■ Do b · explore · p · stopped',
    '  ├─ ⏸ Do c · explore · p · parked: nothing is left',
  ]);
});

test('S34 when all have ended the group goes to the scrollback once, every row in its final state', () => {
  const log = threeAgents();
  log.started('c');
  const before = printed(log);
  log.ended('b', { kind: 'failed', reason: 'x', message: 'no luck' });
  log.ended('c');

  expect(before).toEqual([]);
  expect(draw(log)).toEqual([]);
  expect(printed(log)).toEqual([
    '● Ran 3 agents · 2 done · 1 failed · 24.6k tokens · $0.08',
    '  ├─ ✓ Find auth code · explore · 3 tool uses · 12.1k tokens · $0.0500 · 6.0s',
    '  ├─ ✗ Fix tests · failed: no luck · 1 tool use · 12.5k tokens · 9.0s',
    '  └─ ✓ Write docs · general-purpose · 0 tool uses · 2.0s',
  ]);
});

test('a single task is one row of the scrollback; taken up again, it has another', () => {
  const log = createTaskLog();
  log.queued('a');
  log.started('a');
  log.parked('a');
  log.requeued('a');
  log.started('a', 2);
  log.ended('a');

  expect(printed(log)).toEqual([
    '⏸ Do a · explore · p · parked: out of budget · 0 tool uses · 1.0s',
    '✓ Do a · explore · p · 0 tool uses · 4.0s',
  ]);
});

test('S38 silent tasks show neither in the group nor afterwards', () => {
  const log = createTaskLog();
  log.queued('a', { isSilent: true });
  log.started('a');
  const shown = draw(log);
  log.ended('a');

  expect([shown, printed(log)]).toEqual([[], []]);
});

test('R25 no name, model, call or error acts on the terminal, and no row is wider than the screen', () => {
  const nasty = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(
      nasty,
      nasty,
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 9 }),
      (a, b, columns, rows) => {
        const log = createTaskLog();
        log.queued('a', { description: a, model: `x/${b}`, agentType: b });
        log.started('a');
        log.calls('a', '1', b, { [a]: b });
        log.queued('b', { description: `\u001b[31m${b}`, parentLane: log.taskId('a') });
        log.ended('b', { kind: 'failed', reason: a, message: `${a}\u0007${b}` });
        const tasks = fold(log.entries);
        const strip = createGroupStrip({ tasks: () => tasks, now: () => 99_000, spin: () => 3 });
        const look = createLook({ display: { theme: 'dark', isAscii: false }, color: 'always', columns });

        const drawn = strip.draw(look, { columns, rows });

        expect(drawn.length).toBeLessThanOrEqual(rows);
        for (const row of drawn.map(stripped)) {
          expect(row).not.toMatch(/[\p{Cc}]/u);
          expect(widthOf(row)).toBeLessThanOrEqual(columns);
        }
      },
    ),
  );
});
