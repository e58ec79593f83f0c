import { expect, test } from 'vitest';
import type { EntryOf } from '../../../src/core/entry.ts';
import type { ApprovalId, ChatId } from '../../../src/core/ids.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import type { Answer } from '../../../src/tui/approvals/answers.ts';
import { createApproval } from '../../../src/tui/approvals/pane.ts';
import type { Key } from '../../../src/tui/key.ts';
import type { Pane } from '../../../src/tui/pane.ts';

const room = { columns: 70, rows: 20 };
const look = (columns = room.columns) =>
  createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns });
const text = (typed: string): Key => ({ kind: 'text', text: typed });
const press = (name: string): Key => ({ kind: 'key', name, ctrl: false, meta: false, shift: false });

function asked(tool: string, input: unknown): EntryOf<'approval:asked'> {
  return {
    type: 'approval:asked',
    // Ids made here; nothing looks at their form.
    chatId: 'chat_1' as ChatId,
    approvalId: 'approval_1' as ApprovalId,
    seq: 1,
    lane: 'main',
    at: 0,
    callId: 'c1',
    tool,
    input,
    reason: 'it may change something',
    deadline: 90_000,
  };
}

function begin(
  entry: EntryOf<'approval:asked'>,
  {
    task,
    before,
    isTooSoon = () => false,
    waiting = 0,
  }: { task?: string; before?: string; isTooSoon?: () => boolean; waiting?: number } = {},
) {
  const answers: [Answer, string][] = [];
  const typed: Key[] = [];
  const below: Pane = {
    size: 'strip',
    draw: () => ({ rows: [] }),
    key: key => {
      typed.push(key);
      return true;
    },
  };
  const pane = createApproval({
    subject: { asked: entry, before },
    task,
    workspace: '/work',
    waiting: () => waiting,
    now: () => 30_000,
    isTooSoon,
    below,
    answer: (answer, words) => answers.push([answer, words]),
    redraw: () => undefined,
  });
  return { pane, answers, typed, rows: () => pane.draw(look(), room).rows };
}

test('a command is asked with what, why, for how long, and with the very rule that a longer yes would make', () => {
  const { rows } = begin(asked('Bash', { command: 'npm run build' }), { waiting: 2 });

  expect(rows()).toEqual([
    '',
    '? Bash wants to run',
    '  because it may change something',
    '  npm run build',
    '› y  yes',
    '  c  yes, and in this chat do not ask for Bash(npm run build *)',
    '  a  yes, always: writes "Bash(npm run build *)" into your settings',
    '  n  no',
    '  m  no, and say why',
    '  2 more after this · denied by itself in 1m00s',
  ]);
});

test('S13 what a subagent asks names its task', () => {
  const { rows } = begin(asked('WebFetch', { url: 'https://a.example/x' }), { task: 'Read the docs' });

  expect(rows().join('\n')).toContain('? WebFetch wants to run (task "Read the docs")');
  expect(rows().join('\n')).toContain('WebFetch(domain:a.example)');
});

test('R25 the whole command is shown, and every character that does not show is escaped', () => {
  const command = `echo ok ; rm -rf ~ \u001b[2K\u001b]0;t\u0007 \u202e ${'x'.repeat(300)} end`;
  const { rows } = begin(asked('Bash', { command }));

  const all = rows().join('').replace(/\s+/g, '');

  expect(all).toContain('rm-rf~\\x1b[2K\\x1b]0;t\\x07\\u{202e}');
  expect(all).toContain(`${'x'.repeat(300)}end`);
  expect(all).not.toContain('do not ask for');
});

test('an edit and a new file are asked with their diff', () => {
  const edit = begin(asked('Edit', { file_path: '/work/a.ts', old_string: 'let a\nb', new_string: 'const a\nb' }));
  const write = begin(asked('Write', { file_path: '/work/b.ts', content: 'one\ntwo\n' }));

  expect(edit.rows()).toEqual(expect.arrayContaining(['  /work/a.ts', '  - let a', '  + const a', '    b']));
  expect(write.rows()).toEqual(expect.arrayContaining(['  /work/b.ts (a new file)', '  + one', '  + two']));
});

test('what is too long for the room is scrolled, and says how much is not shown', () => {
  const content = Array.from({ length: 100 }, (_, at) => `line ${at}\n`).join('');
  const { pane, rows } = begin(asked('Write', { file_path: '/work/b.ts', content }));

  const before = rows().join('\n');
  for (let pages = 0; pages < 40; pages++) pane.key(press('pagedown'));
  const after = rows().join('\n');

  expect(before).toMatch(/0 rows above, \d+ below/);
  expect(after).toContain('line 99');
  expect(rows().length).toBeLessThanOrEqual(room.rows);
});

test('R27 keys that were on their way go to what stood there before', () => {
  let isTooSoon = true;
  const { pane, answers, typed } = begin(asked('Bash', { command: 'ls' }), { isTooSoon: () => isTooSoon });

  pane.key(text('y'));
  pane.key(press('return'));
  isTooSoon = false;
  const before = [...answers];
  pane.key(text('y'));

  expect(before).toEqual([]);
  expect(typed).toEqual([text('y'), press('return')]);
  expect(answers).toEqual([[{ kind: 'yes' }, '']]);
});

test('no with a reason takes the words of the person, and Escape goes back from it', () => {
  const { pane, answers, rows } = begin(asked('Bash', { command: 'ls' }));

  pane.key(text('m'));
  pane.key(text('use rip'));
  pane.key(press('escape'));
  pane.key(text('m'));
  pane.key(press('backspace'));
  pane.key(text('pgrep'));
  const shown = rows().join('\n');
  pane.key(press('return'));

  expect(shown).toContain('no, because use ripgrep');
  expect(answers).toEqual([[{ kind: 'words', isYes: false }, 'use ripgrep']]);
});

test('Escape is a no', () => {
  const { pane, answers } = begin(asked('Bash', { command: 'ls' }));

  pane.key(press('escape'));

  expect(answers).toEqual([[{ kind: 'no' }, '']]);
});

test("a question offers its options by number and, where it may, words of one's own", () => {
  const { pane, answers, rows } = begin(asked('AskUserQuestion', { question: 'Which?', options: ['red', 'green'] }));

  const shown = rows();
  pane.key(text('2'));

  expect(shown).toEqual(
    expect.arrayContaining(['? A question', 'Which?', '› 1  red', '  2  green', '  w  in my own words']),
  );
  expect(answers).toEqual([[{ kind: 'yes', message: 'green' }, '']]);
});

test.each([1, 2, 10, 40, 200])('nothing is wider or higher than a room of %i columns', columns => {
  for (const rows of [1, 2, 5, 50]) {
    const { pane } = begin(asked('Bash', { command: `echo ${'ｗｉｄｅ '.repeat(50)}` }));
    const drawn = pane.draw(look(columns), { columns, rows });
    expect(drawn.rows.length).toBeLessThanOrEqual(rows);
    if (columns > 4) for (const row of drawn.rows) expect(widthOf(row)).toBeLessThanOrEqual(columns);
  }
});
