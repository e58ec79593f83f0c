import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import type { Key } from '../../src/core/ports.ts';
import { type ConversationOptions, createConversation } from '../../src/plain/converse.ts';
import { createPlainLook } from '../../src/plain/look.ts';
import { createPlainStory } from '../../src/plain/story.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { entryBody } from '../fakes/entry-body.ts';

const text = (typed: string): Key => ({ kind: 'text', text: typed });
const enter: Key = { kind: 'key', name: 'return', ctrl: false, meta: false };

/** A conversation whose session only remembers what it was told. */
function begin() {
  const clock = createFakeClock();
  const answers: unknown[] = [];
  const rows: string[] = [];
  const look = () => createPlainLook({ color: 'never', isTerminal: false, columns: 60 });
  const story = createPlainStory({ look, print: more => rows.push(...more), onStatus: () => undefined });
  const session = {
    state: () => 'working',
    answer: async (_: unknown, answer: unknown) => {
      answers.push(answer);
      return true;
    },
  };
  const options = {
    program: { base: { clock } },
    open: { session },
    story,
    look,
    history: [],
    redraw: () => undefined,
  };
  // The part of a program and of an open chat that these tests reach.
  const conversation = createConversation(options as unknown as ConversationOptions);
  const asks = (body: object) => {
    const parsed = entryBody(body);
    // An id made here; nothing looks at its form.
    const entry = { chatId: 'chat_1' as ChatId, seq: 1, lane: 'main' as const, at: 0, ...parsed };
    story.tell({ kind: 'entries', entries: [entry] });
    conversation.lookAgain();
  };
  const typed = () => conversation.bottom().input?.text;
  return { clock, answers, rows, conversation, asks, typed };
}

const approval = {
  type: 'approval:asked',
  approvalId: 'approval_1',
  callId: 'c1',
  tool: 'Bash',
  input: { command: 'rm -rf build' },
  reason: 'It may change something.',
  deadline: 0,
};
const answered = { type: 'approval:answered', approvalId: 'approval_1', verdict: 'denied' };

test('R27 keys that were on their way when a question appeared answer nothing and stay in the draft', async () => {
  const { clock, answers, conversation, asks, typed } = begin();
  conversation.key(text('say '));

  asks(approval);
  conversation.key(text('y'));
  conversation.key(enter);
  await clock.advance(500);
  const reply = typed();
  asks(answered);

  expect(answers).toEqual([]);
  expect(reply).toBe('');
  expect(typed()).toBe('say y');
});

test('after a moment y and Enter allow it, and the draft is as it was', async () => {
  const { clock, answers, conversation, asks, typed } = begin();
  conversation.key(text('draft'));

  asks(approval);
  await clock.advance(500);
  for (const key of [text('maybe'), enter, text('y'), enter]) conversation.key(key);
  asks(answered);

  expect(answers).toEqual([{ verdict: 'allowed' }]);
  expect(typed()).toBe('draft');
});
