import { expect, test } from 'vitest';
import type { ChatId, LaneId } from '../../src/core/ids.ts';
import { createPlainLook } from '../../src/plain/look.ts';
import { createPlainStory } from '../../src/plain/story.ts';
import { entryBody } from '../fakes/entry-body.ts';

const task = 'task_01hzzzzzzzzzzzzzzzzzzzzzzz';

/** A story whose rows are gathered. */
function begin(columns = 60) {
  const rows: string[] = [];
  const look = createPlainLook({ color: 'never', isTerminal: false, columns });
  const story = createPlainStory({ look: () => look, print: more => rows.push(...more), onStatus: () => undefined });
  let seq = 0;
  const entry = (body: unknown, lane = 'main') => {
    seq += 1;
    const parsed = entryBody(body);
    // Ids made here; nothing looks at their form.
    story.tell({
      kind: 'entries',
      entries: [{ chatId: 'chat_1' as ChatId, seq, lane: lane as LaneId, at: 0, ...parsed }],
    });
  };
  const streams = (delta: string) => story.tell({ kind: 'live', event: { lane: 'main', type: 'text', delta } });
  return { story, rows, entry, streams };
}

const answered = (text: string, calls: object[] = []) => ({
  type: 'model:answered',
  turnId: 't1',
  model: 'm',
  text,
  calls,
  stop: 'end',
  usage: {},
  durationMs: 1,
});
const queued = {
  type: 'task:queued',
  taskId: task,
  parentLane: 'main',
  parentCallId: 'c1',
  agentType: 'explore',
  description: 'Find it',
  model: 'm',
  isBackground: true,
  isSilent: false,
  dependsOn: [],
  depth: 1,
};
const ended = (outcome: object) => ({
  type: 'task:ended',
  taskId: task,
  attempt: 1,
  outcome,
  usage: { inputTokens: 12_000, outputTokens: 100, costUsd: 0.25 },
  toolUses: 1,
  durationMs: 61_400,
});

test('what a person and the model say stands apart; tool calls are a line and a short result', () => {
  const { rows, entry } = begin();
  const call = { callId: 'c1', tool: 'Read', input: { file_path: 'src/main.ts' } };

  entry({ type: 'user:said', inboxId: 'i1', text: 'read\nit' });
  entry(answered('I read.', [call]));
  entry({ type: 'tool:started', turnId: 't1', ...call, isReadOnly: true });
  entry({
    type: 'tool:ended',
    turnId: 't1',
    ...call,
    text: '1\tx',
    isError: false,
    display: { kind: 'read', lines: 1 },
    durationMs: 5,
  });
  entry(answered('Done.'));

  expect(rows).toEqual(['> read', '  it', '', 'I read.', '', '● Read(src/main.ts)', '  ⎿ 1 line', '', 'Done.']);
});

test('text that streamed is not printed again by its entry; what did not stream is', () => {
  const { rows, entry, streams } = begin();

  streams('one\ntw');
  const before = [...rows];
  entry(answered('one\ntwo three'));

  expect(before).toEqual(['one']);
  expect(rows).toEqual(['one', 'two three']);
});

test('what happens while an answer streams waits for the end of its text', () => {
  const { story, rows, entry, streams } = begin();

  entry(queued, task);
  streams('speaking');
  entry(ended({ kind: 'completed', report: 'r' }), task);
  const status = story.status();
  entry(answered('speaking.'));

  expect(status).toContain('speaking');
  expect(rows).toEqual([
    '▶ Find it · explore · in the background · zzzzzzzz',
    '',
    'speaking.',
    '',
    '✓ Find it · 1 tool use · 12.1k tokens · $0.25 · 1m01s',
  ]);
});

test('the ends of a task say how; its notification is one readable line', () => {
  const { rows, entry } = begin(200);

  entry(queued, task);
  entry(ended({ kind: 'failed', reason: 'timeout', message: 'timed out after 5 s' }), task);
  entry({
    type: 'notification:delivered',
    text: '<task-notification>…',
    isLate: true,
    tasks: [{ inboxId: 'i', taskId: task, status: 'failed', summary: 's' }],
  });

  expect(rows.slice(1)).toEqual([
    '✗ Find it · failed: timed out after 5 s · 1 tool use · 12.1k tokens · $0.25 · 1m01s',
    '  ↩ the report of "Find it" has come back (late: the chat was closed)',
  ]);
});

test('S38 a silent task does not show', () => {
  const { rows, entry } = begin();

  entry({ ...queued, isSilent: true }, task);
  entry(ended({ kind: 'completed', report: 'r' }), task);

  expect(rows).toEqual([]);
});

test('R25 nothing that others wrote can act on the terminal', () => {
  const { rows, entry, streams } = begin(400);
  const evil = '\u001b]0;t\u0007\u001b[2J\u009b31m\u202e';

  entry({ ...queued, description: evil, agentType: evil }, task);
  entry({ type: 'user:said', inboxId: 'i', text: evil });
  streams(`${evil}\n`);
  entry(answered(`${evil}\n${evil}`));
  entry({ type: 'tool:ended', turnId: 't', callId: 'c', tool: evil, text: evil, isError: true, durationMs: 1 });
  entry({ type: 'turn:ended', turnId: 't', end: 'failed', message: evil });
  entry({ type: 'note:written', level: 'error', text: evil });

  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) expect(row).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('a question whose call was interrupted is no longer asked', () => {
  const { story, entry } = begin();
  const call = { callId: 'c1', tool: 'Bash', input: { command: 'ls' } };

  entry({ type: 'approval:asked', approvalId: 'a1', ...call, reason: '', deadline: 9 });
  const asked = story.view().asked.length;
  entry({ type: 'tool:ended', turnId: 't', ...call, text: 'Not run', isError: true, durationMs: 1 });

  expect([asked, story.view().asked.length]).toEqual([1, 0]);
});
