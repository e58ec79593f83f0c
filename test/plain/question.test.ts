import { expect, test } from 'vitest';
import type { EntryOf } from '../../src/core/entry.ts';
import type { ApprovalId, ChatId } from '../../src/core/ids.ts';
import { createPlainLook } from '../../src/plain/look.ts';
import { questionLines } from '../../src/plain/question.ts';
import { emptyView } from '../../src/views/chat-view.ts';
import { answerOf } from '../../src/views/question.ts';

const look = createPlainLook({ color: 'never', isTerminal: false, columns: 40 });
const asked = (tool: string, input: unknown): EntryOf<'approval:asked'> => ({
  chatId: 'chat_1' as ChatId, // Made here; nothing looks at its form.
  seq: 1,
  lane: 'main',
  at: 0,
  type: 'approval:asked',
  approvalId: 'approval_1' as ApprovalId, // Likewise.
  callId: 'c1',
  tool,
  input,
  reason: 'It may change something.',
  deadline: 0,
});

test('R25 an approval shows the whole command, every line of it, with its control characters', () => {
  const command = `echo ${'x'.repeat(300)}\n\u001b]0;title\u0007rm -rf /\u202e`;

  const lines = questionLines(emptyView, asked('Bash', { command }), look);

  expect(lines).toEqual([
    '? Bash wants to run:',
    `    echo ${'x'.repeat(300)}`,
    '    \\x1b]0;title\\x07rm -rf /\\u{202e}',
    '  It may change something.',
  ]);
});

test('only y and n are answers to an approval', () => {
  const approval = asked('Bash', { command: 'ls' });

  const answers = ['y', 'Yes ', 'n', 'no', '', 'yy', 'always', 'ok'].map(line => answerOf(approval, line)?.verdict);

  expect(answers).toEqual(['allowed', 'allowed', 'denied', 'denied', undefined, undefined, undefined, undefined]);
});

test('a question is answered by the number of an option, or in other words where that is allowed', () => {
  const open = asked('AskUserQuestion', { question: 'Which?', options: ['red', 'green'] });
  const closed = asked('AskUserQuestion', { question: 'Which?', options: ['red', 'green'], allows_other: false });

  expect(questionLines(emptyView, open, look)).toEqual(['? Which?', '  1  red', '  2  green']);
  expect(answerOf(open, '2')).toEqual({ verdict: 'allowed', message: 'green' });
  expect(answerOf(open, 'blue')).toEqual({ verdict: 'allowed', message: 'blue' });
  expect(answerOf(closed, 'blue')).toBeUndefined();
  expect(answerOf(closed, '3')).toBeUndefined();
});
