import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLook } from '../../../src/terminal/look.ts';
import { stripped } from '../../../src/terminal/stripped.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { createTaskPanel } from '../../../src/tui/tasks/panel.ts';
import { hasTaskInFront } from '../../../src/tui/tasks/panel-list.ts';
import { noTasks, reduceTasks } from '../../../src/views/task-group.ts';
import { createTaskLog, type TaskLog } from '../../fakes/task-log.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';

/** A panel over a log; what it asks for is written down, and answered. */
function open(log: TaskLog) {
  const done: string[] = [];
  const fold = () => log.entries.reduce(reduceTasks, noTasks);
  let [of, tasks] = [log.entries.length, fold()];
  const act = (what: string) => async (row: { id: string }, text?: string) => {
    done.push([what, row.id, text].filter(Boolean).join(' '));
    return `${what} is done`;
  };
  const works: Promise<void>[] = [];
  const pane = createTaskPanel({
    tasks() {
      if (of !== log.entries.length) [of, tasks] = [log.entries.length, fold()];
      return tasks;
    },
    now: () => (log.entries.length + 1) * 1_000,
    spin: () => 0,
    preview: id => ({ draw: () => [`the lane of ${id}`], close: () => void done.push(`left ${id}`) }),
    acts: { stop: act('stop'), message: act('message'), background: act('background'), retry: act('retry') },
    open: (row, isReport) => void done.push(`open ${row.id}${isReport ? ' at its report' : ''}`),
    run: (work, tell) => void works.push(work().then(text => tell(text, 'ok'))),
    close: () => void done.push('closed'),
    redraw: () => undefined,
  });
  return {
    done,
    press: (...names: string[]) => {
      for (const name of names) pane.key(pressed(name));
    },
    draw: (columns = 80, rows = 12) => pane.draw(plainLook(columns), { columns, rows }).rows.map(row => row.trimEnd()),
    pane,
    settle: () => Promise.all(works),
  };
}

/** A finished one, one at work in front with one under it, one that failed. */
function someTasks(): TaskLog {
  const log = createTaskLog();
  log.add('main', { type: 'turn:started', turnId: 't', model: 'playbook/p', cause: 'input' });
  for (const name of ['old', 'front', 'bad']) log.queued(name);
  log.queued('under', { parentLane: log.taskId('front'), depth: 2 });
  for (const name of ['old', 'front', 'bad', 'under']) log.started(name);
  log.ended('old');
  log.ended('bad', { kind: 'failed', reason: 'model', message: 'no luck' });
  return log;
}

test('S36 the panel lists all tasks, the newest first and those of tasks under them, and below it what the selected one does', () => {
  const { draw } = open(someTasks());

  expect(draw(90, 12)).toEqual([
    '4 tasks · 2 at work · 1 failed',
    '  ✗ Do bad · explore · failed: no luck · 0 tool uses · 3.0s',
    '› ⠋ Do front · explore · 0 tool uses · 5.0s',
    '    ⠋ Do under · explore · 0 tool uses · 3.0s',
    '  ✓ Do old · explore · 0 tool uses · 4.0s',
    '─'.repeat(90),
    'the lane of task_front',
    '',
    '',
    '',
    '',
    'enter open · s stop · m message · b background · r retry · / filter · q back',
  ]);
});

test('S36 what is typed after a slash filters, also by how a task stands; Esc takes it away', () => {
  const { draw, press } = open(someTasks());

  press('/', 'failed');
  const typing = draw();
  press('return');
  const kept = draw();
  press('escape');

  expect(typing.slice(0, 2)).toEqual(['1 task · 1 failed · with /failed', expect.stringMatching(/^› ✗ Do bad/)]);
  expect(typing.at(-1)).toBe('/ failed');
  expect(kept[0]).toBe(typing[0]);
  expect(draw()[0]).toBe('4 tasks · 2 at work · 1 failed');
});

test('S36 keys act on the selected task, and what came of it is said', async () => {
  const { done, press, draw, settle } = open(someTasks());

  press('G', 'm', 'look again', 'return');
  await settle();
  const said = draw().at(-1);
  press('g', 'r', 'down', 'b', 'down', 's', 'return', 'up', 'o');

  expect(said).toBe('message is done');
  expect(done.filter(what => !what.startsWith('left'))).toEqual([
    'message task_old look again',
    'retry task_bad',
    'background task_front',
    'stop task_under',
    'open task_under at its report',
    'open task_front',
  ]);
});

test('S15 a task with others under it is stopped after a question', () => {
  const { done, press, draw } = open(someTasks());

  press('s');
  const asked = draw();
  press('n');
  const left = [...done];
  press('s', 'y');

  expect(asked.slice(-3)).toEqual([
    'Stop "Do front" and 1 task under it?',
    '› y  stop them all',
    '  n  leave them at work',
  ]);
  expect(left).toEqual([]);
  expect(done).toEqual(['stop task_front']);
});

test('S15 Esc asks before it stops the selected task, and stops no other; Esc Esc leaves all at work', () => {
  const { done, press, draw } = open(someTasks());

  press('down', 'escape');
  const asked = draw();
  press('s');
  press('escape', 'escape');

  expect(asked.at(-3)).toBe('"Do under" is at work.');
  expect(done.filter(what => !what.startsWith('left'))).toEqual(['stop task_under', 'closed']);
});

test('Esc on a task that is over closes at once, and so does q wherever it stands', () => {
  const [first, second] = [open(someTasks()), open(someTasks())];

  first.press('g', 'escape');
  second.press('q');

  expect([first.done.at(-1), second.done.at(-1)]).toEqual(['closed', 'closed']);
});

test('the selected task stays selected when others come, and a task that comes to be seen is followed to its state', () => {
  const log = someTasks();
  const { draw } = open(log);
  draw();

  log.queued('new');
  log.ended('front');

  expect(draw().slice(1, 4)).toEqual([
    expect.stringMatching(/^ {2}⠋ Do new/),
    expect.stringMatching(/^ {2}✗ Do bad/),
    expect.stringMatching(/^› ✓ Do front/),
  ]);
});

test('S38 silent tasks are not in the panel', () => {
  const log = createTaskLog();
  log.queued('silent', { isSilent: true });

  expect(open(log).draw()[1]).toBe('This chat has no tasks yet.');
});

test('S9 what the conversation waits for is in front until it goes to the background or ends', () => {
  const log = createTaskLog();
  const isInFront = () => hasTaskInFront(log.entries.reduce(reduceTasks, noTasks));
  log.queued('a', { isBackground: true });
  log.queued('b');
  log.queued('under', { parentLane: log.taskId('b'), depth: 2 });

  const before = isInFront();
  log.backgrounded('b');

  expect([before, isInFront()]).toEqual([true, false]);
});

test('the panel stays within its room, whatever is pressed', () => {
  const log = someTasks();
  for (let at = 0; at < 30; at += 1)
    log.queued(`${at}`, { description: `長い名前 ${'x'.repeat(at * 4)}`, isBackground: true });
  const names = ['up', 'down', 'pagedown', 'G', 'g', 's', 'm', '/', 'escape', 'return', 'x', 'b', 'y', 'tab', 'q'];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...names), { maxLength: 12 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      (keys, columns, rows, isAscii) => {
        const { pane, press } = open(log);
        press(...keys);
        const look = createLook({ display: { theme: 'dark', isAscii }, color: 'always', columns });
        const drawn = pane.draw(look, { columns, rows });

        expect(drawn.rows.length).toBeLessThanOrEqual(rows);
        for (const row of drawn.rows.map(stripped)) {
          if (!row.startsWith('the lane')) expect(widthOf(row)).toBeLessThanOrEqual(columns);
        }
      },
    ),
  );
});
