import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { atMost } from '../../src/commands/worker.ts';
import type { Entry } from '../../src/core/entry.ts';
import type { ChatId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import type { Key } from '../../src/core/ports.ts';
import { giveUp } from '../../src/headless/leave.ts';
import { createLineWriter } from '../../src/headless/line-writer.ts';
import { createProgress } from '../../src/headless/progress.ts';
import { readPrompt } from '../../src/headless/read-prompt.ts';
import { type ConversationOptions, createConversation } from '../../src/plain/converse.ts';
import { edit, emptyEditor, submit } from '../../src/plain/editor.ts';
import { createPlainLook } from '../../src/plain/look.ts';
import { createPlainStory } from '../../src/plain/story.ts';
import { startDetached } from '../../src/platform/detach.ts';
import { pastOf } from '../../src/tasks/visit.ts';
import { callLine } from '../../src/views/call-line.ts';
import { resultLine } from '../../src/views/result-line.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createOffice } from '../fakes/office.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const typed = (text: string): Key => ({ kind: 'text', text });
const ctrlC: Key = { kind: 'key', name: 'c', ctrl: true, meta: false };

test('promptBytes bounds a prompt', async () => {
  const clock = createFakeClock();
  const io = { isInTerminal: true } as never; // of a terminal nothing is read
  const deps = { io, clock, limits, signal: new AbortController().signal };

  await expect(readPrompt(deps, 'x'.repeat(limits.promptBytes + 1))).rejects.toThrow('larger than');
  expect(await readPrompt(deps, 'x'.repeat(limits.promptBytes))).toHaveLength(limits.promptBytes);
});

test('leaveMs bounds how long a program that leaves waits for its work', async () => {
  const clock = createFakeClock();
  const said: string[] = [];
  const never = () => new Promise<void>(() => undefined);
  const run = {
    open: { working: { pool: { close: never } }, close: never },
    program: { base: { clock }, limits },
    io: { err: (text: string) => said.push(text) },
  };
  let isOver = false;
  const leaving = giveUp(run as never, false).then(() => {
    isOver = true;
  });

  await clock.advance(limits.leaveMs - 1);
  const before = isOver;
  await clock.advance(1);
  await leaving;

  expect(before).toBe(false);
  expect(said.join()).toContain('could not be put back in time');
});

test('readerBacklogChars bounds streaming text that waits for a slow reader', async () => {
  const pipe = new PassThrough({ highWaterMark: 1 });
  const out = async (text: string) => {
    if (!pipe.write(text)) await once(pipe, 'drain');
  };
  const writer = createLineWriter({ out }, limits.readerBacklogChars, () => undefined);
  let chars = 0;
  pipe.pause();

  for (let number = 0; number < 5_000; number += 1) writer.writeIfRoom({ delta: 'x'.repeat(1_000) });
  pipe.on('data', (chunk: Buffer) => {
    chars += chunk.length;
  });
  pipe.resume();
  await writer.flush();

  expect(chars).toBeGreaterThan(limits.readerBacklogChars / 2);
  expect(chars).toBeLessThan(limits.readerBacklogChars + 2_000);
});

test('progressLineChars bounds a line of progress', () => {
  const said: string[] = [];
  const progress = createProgress({ err: text => said.push(text) });

  progress.live({ type: 'retrying', lane: 'main', attempt: 2, inMs: 1, reason: 'x'.repeat(10_000) });

  expect(said.join('').length).toBeLessThanOrEqual(limits.progressLineChars + 1);
});

test('callLineChars bounds a call and its result in a conversation', () => {
  const text = 'x'.repeat(10_000);

  expect(callLine({ tool: 'Bash', input: { command: text } }).length).toBeLessThan(limits.callLineChars + 10);
  expect(resultLine({ text, isError: false }).length).toBeLessThanOrEqual(limits.callLineChars);
});

test('inputHistory bounds what the arrow up brings back', () => {
  let editor = emptyEditor();

  for (let number = 0; number < limits.inputHistory + 10; number += 1)
    editor = submit(edit(editor, typed(`${number}`)));

  expect(editor.history).toHaveLength(limits.inputHistory);
  expect(editor.history[0]).toBe('10');
});

/** A conversation whose session does nothing. */
function begin() {
  const clock = createFakeClock();
  const look = () => createPlainLook({ color: 'never', isTerminal: false, columns: 60 });
  const story = createPlainStory({ look, print: () => undefined, onStatus: () => undefined });
  const answers: unknown[] = [];
  const session = {
    chatId: 'chat_1',
    state: () => 'idle',
    answer: async (_: unknown, answer: unknown) => answers.push(answer) > 0,
  };
  const program = { base: { clock }, store: { tasks: async () => [] } };
  const options = { program, open: { session }, story, look, history: [], redraw: () => undefined };
  // The part of a program and of an open chat that these tests reach.
  const conversation = createConversation(options as unknown as ConversationOptions);
  return { clock, story, conversation, answers };
}

test('secondInterruptMs is the time within which a second Ctrl+C leaves', async () => {
  const { clock, conversation } = begin();
  let hasLeft = false;
  void conversation.left.then(() => {
    hasLeft = true;
  });

  conversation.key(ctrlC);
  await clock.advance(limits.secondInterruptMs);
  conversation.key(ctrlC);
  await clock.advance(0);
  const late = hasLeft;
  await clock.advance(limits.secondInterruptMs - 1);
  conversation.key(ctrlC);
  await clock.advance(0);

  expect([late, hasLeft]).toEqual([false, true]);
});

test('questionGraceMs is the time in which keys do not answer a question that has just appeared', async () => {
  const { clock, story, conversation } = begin();
  const asked = {
    type: 'approval:asked',
    approvalId: 'approval_1',
    callId: 'c',
    tool: 'Bash',
    input: {},
    reason: 'r',
    deadline: 0,
    seq: 1,
    lane: 'main',
    at: 0,
    chatId: 'chat_1' as ChatId,
  } as unknown as Entry; // with ids that nothing looks at
  story.tell({ kind: 'entries', entries: [asked] });
  conversation.lookAgain();
  const input = () => conversation.bottom().input?.text;

  await clock.advance(limits.questionGraceMs - 1);
  conversation.key(typed('n'));
  const early = input();
  await clock.advance(1);
  conversation.key(typed('y'));

  expect([early, input()]).toEqual(['', 'y']);
});

test('entriesShownAgain bounds what is shown of a chat that is gone on with', async () => {
  const office = await createOffice();
  const program = await office.program();
  const { code } = await office.run('tasks', 'add', 'work', '--json');
  const [chat] = await program.store.chats();
  if (!chat) throw new Error('there is no chat');
  await program.store.write(async tx => {
    for (let number = 0; number < limits.entriesShownAgain * 2; number += 1)
      await tx.append(chat.id, 'main', 1, [{ type: 'program:remarked', text: `${number}` }]);
  });
  const now = await program.store.chat(chat.id);

  const { newest } = await pastOf(program, now ?? chat, limits.entriesShownAgain);
  await office.close();

  expect(code).toBe(0);
  expect(newest).toHaveLength(limits.entriesShownAgain);
  expect(newest.at(-1)).toMatchObject({ text: `${limits.entriesShownAgain * 2 - 1}` });
});

test('leaveCommandsMs bounds how long a program that leaves waits for its commands', async () => {
  const office = await createOffice();
  const program = await office.program();
  const bash = program.base.tools.find(tool => tool.name === 'Bash');
  const context = {
    chatId: 'chat_1',
    lane: 'main',
    turnId: 'turn_1',
    callId: 'c',
    cwd: office.cwd,
    signal: new AbortController().signal,
  };
  await bash?.run({ command: "trap '' TERM; while :; do sleep 1; done", run_in_background: true }, context as never);
  const begin = performance.now();

  await office.close();

  // The command itself would be killed after `killAfterMs` only.
  expect(performance.now() - begin).toBeLessThan(limits.leaveCommandsMs + limits.killAfterMs);
});

test('endedWorkersShown bounds the processes that have left in `ps --all`', async () => {
  const office = await createOffice();
  const program = await office.program();
  await program.store.write(async tx => {
    for (let number = 0; number < limits.endedWorkersShown + 5; number += 1) {
      const id = program.base.ids('worker');
      await tx.putWorker({ id, kind: 'test', pid: 1, host: 'test', startedAt: number, leaseUntil: number });
      await tx.endWorker(id, number);
    }
  });

  const found = await office.json('ps', '--all');
  await office.close();

  expect(JSON.stringify(found).match(/"kind":"test"/g)).toHaveLength(limits.endedWorkersShown);
});

test('workerLogs bounds the logs of background workers that are kept', async () => {
  const folder = await temporaryDirectory();
  const logs = join(folder, 'logs');
  await mkdir(logs);
  for (let number = 0; number < limits.workerLogs + 5; number += 1) {
    await writeFile(join(logs, `${number}.log`), '');
    await utimes(join(logs, `${number}.log`), number + 1, number + 1);
  }

  await startDetached({
    command: 'true',
    args: [],
    cwd: folder,
    logOf: pid => join(logs, `${pid}-new.log`),
    kept: limits.workerLogs,
  });

  expect(await readdir(logs)).toHaveLength(limits.workerLogs);
});

test('workerLogLines bounds what one of these logs is told', () => {
  const said: string[] = [];
  const tell = atMost(limits.workerLogLines, text => said.push(text));
  const entry = { type: 'task:started', taskId: 'task_12345678', attempt: 1 };
  const change = { kind: 'committed', entries: Array.from({ length: 1_000 }, () => entry) };

  for (let number = 0; number < limits.workerLogLines / 1_000 + 50; number += 1) tell(change as never);

  const lines = said.join('').split('\n').length - 1;
  expect(lines).toBeLessThanOrEqual(limits.workerLogLines + 1);
  expect(said.at(-1)).toContain('not told here any more');
});
