import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import type { Preview } from '../../../src/tasks/asker.ts';
import { kindOfUse } from '../../../src/tasks/kind-of-use.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import type { Answer } from '../../../src/tui/approvals/answers.ts';
import { createGate } from '../../../src/tui/approvals/gate.ts';
import { createApproval } from '../../../src/tui/approvals/pane.ts';
import type { Subject } from '../../../src/tui/approvals/subject.ts';
import type { Key } from '../../../src/tui/key.ts';
import type { Pane } from '../../../src/tui/pane.ts';
import type { Asked } from '../../../src/views/question.ts';
import { createFakeClock } from '../../fakes/clock.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';
import { asked } from './asked.ts';

const room = { columns: 70, rows: 20 };
const paste = (text: string): Key => ({ kind: 'paste', text });

type More = Partial<Pick<Subject, 'asker' | 'preview' | 'problem'>> & {
  readonly waiting?: number;
  readonly isNext?: boolean;
  readonly maxLines?: number;
};

/** One that is open to answers, with a composer under it. */
async function begin(question: Asked, { waiting = 0, isNext = false, maxLines = 1_000, ...more }: More = {}) {
  const clock = createFakeClock(30_000);
  const answers: [Answer, string][] = [];
  const typed: Key[] = [];
  const under: Pane = {
    size: 'strip',
    draw: () => ({ rows: ['> draft'], cursor: { row: 0, column: 7 } }),
    key: key => {
      typed.push(key);
      return key.kind !== 'key' || key.name !== 'escape';
    },
  };
  let redraws = 0;
  const redraw = () => {
    redraws += 1;
  };
  const asker = { task: undefined, cwd: '/work', isApart: false };
  const use = kindOfUse(question, '/work');
  const pane = createApproval({
    subject: { asked: question, asker, preview: undefined, use, problem: undefined, ...more },
    waiting: () => waiting,
    now: () => 30_000,
    gate: createGate(clock, limits.questionGraceMs, redraw),
    under: isNext ? undefined : () => under,
    maxLines,
    answer: (answer, words) => answers.push([answer, words]),
    redraw,
  });
  const rows = (size = room) => pane.draw(plainLook(size.columns), size).rows;
  rows();
  return {
    pane,
    answers,
    typed,
    rows,
    clock,
    redraws: () => redraws,
    press: (...names: string[]) => names.map(name => pane.key(pressed(name))),
    pause: () => clock.advance(limits.questionGraceMs),
  };
}

async function beginOpen(question: Asked, more: More = {}) {
  const begun = await begin(question, more);
  await begun.pause();
  return begun;
}

const diff = (path: string, isNew: boolean, lines: readonly string[]): Preview => ({
  kind: 'diff',
  path,
  isNew,
  hunks: [{ oldStart: 7, oldLines: 2, newStart: 7, newLines: 2, lines }],
});

test('a command is asked with what, why, where, for how long, and with the very rule that a longer yes would make', async () => {
  const { rows } = await beginOpen(asked('Bash', { command: 'npm run build', run_in_background: true }), {
    waiting: 2,
  });

  expect(rows()).toEqual([
    '',
    '? Bash wants to run a command',
    '  because it may change something',
    '  in /work',
    '  $ npm run build',
    '  run_in_background: true',
    '› y  yes',
    '  c  yes, and in this chat do not ask for Bash(npm run build *)',
    '  a  yes, always: writes "Bash(npm run build *)" into your settings,',
    '     for every project',
    '  n  no',
    '  m  no, and say why',
    '  2 more after this · denied by itself in 1m00s',
    '> draft',
  ]);
});

test('S13 what a subagent asks names its task; a page is asked with its real host', async () => {
  const { rows } = await beginOpen(asked('WebFetch', { url: 'https://good.example@a.example/x' }), {
    asker: { task: 'Read the \u202edocs', cwd: '/work', isApart: false },
  });

  expect(rows().slice(1, 5)).toEqual([
    '? WebFetch wants to fetch a page (task "Read the \\u{202e}docs")',
    '  because it may change something',
    '  from a.example',
    '  https://good.example@a.example/x',
  ]);
  expect(rows().join('\n')).toContain('WebFetch(domain:a.example)');
});

test('R25 the whole command is shown, a line that is wrapped does not look like two, and nothing hides', async () => {
  const command = `echo ok\nrm -rf ~ \u001b[2K\u001b]0;t\u0007 \u202e \u00a0\u3164 ${'x'.repeat(130)} end`;
  const { rows } = await beginOpen(asked('Bash', { command }));

  expect(rows().slice(1, 9)).toEqual([
    '? Bash wants to run a command',
    '  6 characters in it would not show as what they are: escaped below',
    '  because it may change something',
    '  in /work',
    '  $ echo ok',
    '  > rm -rf ~ \\x1b[2K\\x1b]0;t\\x07 \\u{202e} \\u{a0}\\u{3164}',
    `    ${'x'.repeat(66)}`,
    `    ${'x'.repeat(64)}`,
  ]);
  expect(rows()[9]).toBe('    end');
  expect(rows().join('\n')).not.toContain('do not ask for');
});

test('an edit is asked with its difference as it would be made now', async () => {
  const lines = [' let b', '-let a', '+const a = "\u001b"', '\\ No newline at end of file'];
  const { rows } = await beginOpen(asked('Edit', { file_path: 'a.ts' }), {
    preview: diff('/work/a.ts', false, lines),
  });

  expect(rows().slice(1, 8)).toEqual([
    '? Edit wants to change a file',
    '  because it may change something',
    '  /work/a.ts',
    '  7   let b',
    '  8 - let a',
    '  8 + const a = "\\x1b"',
    '      No newline at end of file',
  ]);
  expect(rows()).toContain('  c  yes, and in this chat do not ask for Edit(/work/**)');
});

test('a new file is asked with all that would stand in it', async () => {
  const { rows } = await beginOpen(asked('Write', { file_path: 'b.ts' }), {
    preview: diff('/work/b.ts', true, ['+one\r', '+two\r']),
  });

  expect(rows().slice(1, 6)).toEqual([
    '? Write wants to make a file',
    '  because it may change something',
    '  /work/b.ts',
    '  7 + one',
    '  8 + two',
  ]);
});

test('a change that would fail says so, and what cannot be learned is told', async () => {
  const refused = await beginOpen(asked('Edit', { file_path: 'a.ts' }), {
    preview: { kind: 'refused', path: '/work/a.ts', message: 'old_string does not occur' },
  });
  const unknown = await beginOpen(asked('Bash', { command: 'ls' }), { problem: 'the database is locked' });

  expect(refused.rows()).toContain('  it would fail: old_string does not occur');
  expect(unknown.rows()).toContain('  the database is locked');
});

test('a task in a worktree of its own is offered no rule for that folder that would stay behind', async () => {
  const asker = { task: 'Fix', cwd: '/work', isApart: true };
  const { rows } = await beginOpen(asked('Edit', { file_path: 'a.ts' }), {
    asker,
    preview: diff('/work/a', false, []),
  });
  const command = await beginOpen(asked('Bash', { command: 'npm test' }), { asker });

  expect(rows().join('\n')).toContain('in this chat do not ask for Edit(/work/**)');
  expect(rows().join('\n')).not.toContain('always');
  expect(command.rows()).toContain('  in /work, a worktree of its own');
  expect(command.rows().join('\n')).toContain('always');
});

test('what is too long for the room is scrolled by keys of its own, and says how much is not shown', async () => {
  const lines = Array.from({ length: 100 }, (_, at) => `+line ${at}`);
  const { rows, press } = await beginOpen(asked('Write', { file_path: 'b' }), {
    preview: diff('/work/b', true, lines),
  });

  const before = rows();
  press('pagedown');
  const second = rows();
  press('end');
  const last = rows();
  press('shift+up');

  expect(before).toContain('  0 rows above, 91 below: PageUp, PageDown');
  expect(second).toContain('  10 rows above, 81 below: PageUp, PageDown');
  expect(last).toContain('  106 + line 99');
  expect(rows()).toContain('  90 rows above, 1 below: PageUp, PageDown');
  for (const drawn of [before, second, last]) expect(drawn).toHaveLength(room.rows);
});

test('approvalLines bounds the lines of a change; those that are left out are counted', async () => {
  const lines = Array.from({ length: limits.approvalLines + 7 }, (_, at) => `+${at}`);
  const { rows, press } = await beginOpen(asked('Write', { file_path: 'b' }), {
    preview: diff('/work/b', true, lines),
    maxLines: limits.approvalLines,
  });

  press('end');

  expect(rows()).toContain('  7 lines more that are not shown here');
});

test('R27 keys that were on their way go on to what was written, until there is a pause', async () => {
  const { pane, answers, typed, clock, rows, press, pause, redraws } = await begin(asked('Bash', { command: 'ls' }));

  const locked = rows();
  press('y');
  await clock.advance(limits.questionGraceMs - 1);
  press('y', 'return');
  await clock.advance(limits.questionGraceMs - 1);
  const handled = press('escape');
  const before = redraws();
  await pause();
  const afterwards = redraws();
  press('y');

  expect(locked).toContain('  keys go on to what you were at, until you pause · denied by itself …');
  expect(pane.draw(plainLook(70), room).cursor).toBeUndefined();
  expect(typed).toEqual([pressed('y'), pressed('y'), pressed('return'), pressed('escape')]);
  expect(handled).toEqual([false]);
  expect(afterwards).toBe(before + 1);
  expect(answers).toEqual([[{ kind: 'yes' }, '']]);
});

test('R27 what came in one read was not pressed as an answer: text with its Enter goes to the composer, and so does a paste', async () => {
  const { pane, answers, typed, press } = await beginOpen(asked('Bash', { command: 'ls' }));

  press('yes do', 'return');
  pane.key(paste('y'));

  expect(typed).toEqual([pressed('yes do'), pressed('return'), paste('y')]);
  expect(answers).toEqual([]);
});

test('R27 keys that were meant for the question before this one are meant for nothing', async () => {
  const { answers, typed, press, pause } = await begin(asked('Bash', { command: 'ls' }), { isNext: true });

  const handled = press('y', 'return', 'ctrl+c');
  await pause();
  press('n');

  expect(handled).toEqual([true, true, false]);
  expect(typed).toEqual([]);
  expect(answers).toEqual([[{ kind: 'no' }, '']]);
});

test('an answer is given once; one that could not be stored can be given again', async () => {
  const { pane, answers, press, rows } = await beginOpen(asked('Bash', { command: 'npm test' }));

  press('c', 'c', 'return', 'n');
  const shown = rows();
  pane.reopen();
  press('down', 'down', 'return');

  expect(shown.join('\n')).toContain('answering…');
  expect(answers).toEqual([
    [{ kind: 'yes-in-chat' }, ''],
    [{ kind: 'yes-always' }, ''],
  ]);
});

test('no with a reason takes the words of the person, and Escape goes back from it', async () => {
  const { pane, answers, press, rows } = await beginOpen(asked('Bash', { command: 'ls' }));

  press('m', 'use rip', 'escape', 'm', 'backspace', 'pgrep');
  const shown = rows();
  const words = pane.words();
  press('return');

  expect(shown).toContain('no, because use ripgrep');
  expect([words, pane.words()]).toEqual(['use ripgrep', '']);
  expect(answers).toEqual([[{ kind: 'words', isYes: false }, 'use ripgrep']]);
});

test('Escape is a no; Ctrl+C stays what it is everywhere', async () => {
  const { answers, press } = await beginOpen(asked('Bash', { command: 'ls' }));

  const handled = press('ctrl+c', 'escape');

  expect(handled).toEqual([false, true]);
  expect(answers).toEqual([[{ kind: 'no' }, '']]);
});

test("a question offers its options by number and, where it may, words of one's own", async () => {
  const question = { question: 'Which?\nOf these.', options: ['red', 'green'] };
  const { answers, rows, press } = await beginOpen(asked('AskUserQuestion', question));
  const closed = await beginOpen(asked('AskUserQuestion', { ...question, allows_other: false }));
  const free = await beginOpen(asked('AskUserQuestion', { question: 'Why?' }));

  const shown = rows();
  press('2');
  free.press('w', 'because', 'return');

  expect(shown).toEqual([
    '',
    '? A question',
    'Which?',
    'Of these.',
    '› 1  red',
    '  2  green',
    '  w  in my own words',
    '  dismissed by itself in 1m00s',
    '> draft',
  ]);
  expect(closed.rows().join('\n')).not.toContain('in my own words');
  expect(answers).toEqual([[{ kind: 'yes', message: 'green' }, '']]);
  expect(free.answers).toEqual([[{ kind: 'words', isYes: true }, 'because']]);
});

test('nobody can say yes to what they do not see', async () => {
  const { answers, press, rows } = await beginOpen(asked('Bash', { command: 'ls' }));

  const small = rows({ columns: 70, rows: 3 });
  press('y');
  const before = [...answers];
  rows({ columns: 70, rows: 4 });
  press('y');

  expect(small).toEqual(['? Bash wants to run a command', 'make the window larger to answer']);
  expect(before).toEqual([]);
  expect(answers).toHaveLength(1);
});

test.each([1, 2, 10, 20, 40, 200])('nothing is wider or higher than a room of %i columns', async columns => {
  const lines = Array.from({ length: 30 }, (_, at) => `+${'ｗｉｄｅ '.repeat(at)}`);
  const questions = [
    await begin(asked('Bash', { command: `echo ${'ｗｉｄｅ '.repeat(50)}` })),
    await begin(asked('Write', { file_path: 'b' }), { preview: diff('/work/b', true, lines) }),
    await beginOpen(asked('AskUserQuestion', { question: 'Q'.repeat(300), options: ['o'.repeat(200)] })),
  ];

  for (const rows of [1, 2, 3, 4, 5, 7, 8, 14, 50]) {
    for (const { pane } of questions) {
      const drawn = pane.draw(plainLook(columns), { columns, rows });
      expect(drawn.rows.length).toBeLessThanOrEqual(rows);
      expect(drawn.cursor?.row ?? 0).toBeLessThan(Math.max(1, drawn.rows.length));
      if (columns > 7) for (const row of drawn.rows) expect(widthOf(row)).toBeLessThanOrEqual(columns);
    }
  }
});

test('a command of 200,000 characters without a space is drawn whole', async () => {
  const { rows, press } = await beginOpen(asked('Bash', { command: `${'x'.repeat(200_000)}!` }));

  press('end');

  expect(rows().join('')).toContain('!');
});
