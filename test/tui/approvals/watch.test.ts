import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PolicyChange } from '../../../src/core/entry.ts';
import { AppError } from '../../../src/core/error.ts';
import { limits } from '../../../src/core/limits.ts';
import { openVisit } from '../../../src/tasks/visit.ts';
import { createStory } from '../../../src/terminal/story.ts';
import { watchApprovals } from '../../../src/tui/approvals/watch.ts';
import type { Pane } from '../../../src/tui/pane.ts';
import { createPanes } from '../../../src/tui/panes.ts';
import { createFakeClock } from '../../fakes/clock.ts';
import { createOffice } from '../../fakes/office.ts';
import { until } from '../../fakes/program.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';

const room = { columns: 76, rows: 24 };

/** A chat of the real program in which calls are asked for as a turn would ask, and the part of the interface that shows them. */
async function begin() {
  const office = await createOffice();
  onTestFinished(() => office.close());
  const program = await office.program();
  const opened = await openVisit(program, {
    chat: undefined,
    title: '',
    model: () => 'playbook/demo',
    appendSystemPrompt: '',
    canAsk: true,
  });
  onTestFinished(() => opened.close());
  const clock = createFakeClock();
  const { session } = opened;
  const notices: string[] = [];
  const failures: string[] = [];
  const returned: string[] = [];
  const typed: string[] = [];
  let redraws = 0;
  const composer: Pane = {
    size: 'strip',
    draw: () => ({ rows: ['> '] }),
    key: key => {
      typed.push(key.kind === 'key' ? key.name : key.text);
      return true;
    },
  };
  const panes = createPanes(composer, () => undefined);
  let isStopped = false;
  const story = createStory({
    pen: {
      entry: () => undefined,
      said: () => [],
      again: () => [],
      speech: () => ({ push: () => [], open: () => [], end: () => [] }),
    },
    print: () => undefined,
    onStatus: () => {
      if (!isStopped) approvals?.look();
    },
  });
  const desk = {
    opened,
    session: { ...session },
    panes,
    clock,
    program,
    story,
    redraw: () => {
      redraws += 1;
    },
    notice: (text: string) => notices.push(text),
    attempt: (work: () => Promise<void>) => void work().catch(error => failures.push(String(error.message))),
  };
  const approvals = watchApprovals(desk, text => returned.push(text));
  onTestFinished(session.subscribe(opened.chat.lastSeq, event => story.tell(event)));
  const rows = () => panes.top().draw(plainLook(room.columns), room).rows;
  const text = () => rows().join('\n');
  const shows = (part: string) => until(() => text().includes(part), `"${part}" in\n${text()}`);

  return {
    office,
    program,
    opened,
    desk,
    clock,
    notices,
    failures,
    returned,
    typed,
    rows,
    text,
    shows,
    redraws: () => redraws,
    isGone: () => panes.top() === composer,
    close() {
      isStopped = true;
      approvals.close();
    },
    async ask(command: string, leftMs = 90_000) {
      const id = program.base.ids('approval');
      const [callId, tool, input] = [`call of ${id}`, 'Bash', { command }];
      const row = {
        id,
        chatId: session.chatId,
        lane: 'main' as const,
        callId,
        tool,
        input,
        reason: 'it may change something',
      };
      const deadline = clock.now() + leftMs;
      await program.store.write(async tx => {
        await tx.insertApproval({ ...row, askedAt: clock.now(), deadline });
        await tx.append(session.chatId, 'main', clock.now(), [
          { type: 'approval:asked', approvalId: id, callId, tool, input, reason: row.reason, deadline },
        ]);
      });
      return id;
    },
    /** Presses after a pause, as somebody who has read. */
    async press(...names: string[]) {
      await clock.advance(limits.questionGraceMs);
      for (const name of names) panes.top().key(pressed(name));
    },
    changes: async () =>
      (await program.store.entries(session.chatId, { lane: 'main', type: 'policy:changed' })).map(entry =>
        entry.type === 'policy:changed' ? entry.change : undefined,
      ),
  };
}

const verdict = async (
  { program }: Awaited<ReturnType<typeof begin>>,
  id: Awaited<ReturnType<Awaited<ReturnType<typeof begin>>['ask']>>,
) => (await program.store.approval(id))?.verdict;

test('what waits opens by itself, one after the other, oldest first', async () => {
  const desk = await begin();
  const first = await desk.ask('touch one');
  const second = await desk.ask('touch two');
  const third = await desk.ask('touch three');

  await desk.shows('2 more after this');
  expect(desk.text()).toContain('$ touch one');
  await desk.press('y');
  await desk.shows('$ touch two');
  await desk.press('n');
  await desk.shows('$ touch three');
  expect(desk.text()).not.toContain('more after this');
  await desk.press('m', 'later', 'return');
  await until(desk.isGone);

  expect(await Promise.all([first, second, third].map(id => verdict(desk, id)))).toEqual([
    'allowed',
    'denied',
    'denied',
  ]);
  expect((await desk.program.store.approval(third))?.message).toBe('later');
  expect(desk.typed).toEqual([]);
  expect(desk.notices).toEqual([]);
});

test('S13 it closes by itself when somebody else has answered, and says so; what was being written is given back', async () => {
  const desk = await begin();
  const id = await desk.ask('touch one');
  await desk.shows('$ touch one');
  await desk.press('m', 'because of');

  await desk.opened.session.answer(id, { verdict: 'allowed' });
  await until(() => desk.isGone() && desk.notices.length > 0);

  expect(desk.notices).toEqual(['allowed elsewhere']);
  expect(desk.returned).toEqual(['because of']);
});

test('S13 whoever was slower is told that their answer does not count', async () => {
  const desk = await begin();
  desk.desk.session.answer = async () => false;
  await desk.ask('npm test');
  await desk.shows('$ npm test');

  await desk.press('a');
  await until(() => desk.notices.length > 0);

  expect(desk.notices).toEqual(['somebody else was quicker: this answer does not count']);
  expect(await desk.changes()).toEqual([]);
  expect(desk.program.policy.rules).toEqual([]);
});

test('an answer that could not be stored can be given again', async () => {
  const desk = await begin();
  const { answer } = desk.desk.session;
  desk.desk.session.answer = async () => {
    throw new AppError('store', 'the disk is full');
  };
  const id = await desk.ask('touch one');
  await desk.shows('$ touch one');
  await desk.press('y');
  await until(() => desk.failures.length > 0);
  desk.desk.session.answer = answer;

  await desk.press('y');
  await until(desk.isGone);

  expect(desk.failures).toEqual(['the disk is full']);
  expect(await verdict(desk, id)).toBe('allowed');
});

const npmTest = { kind: 'allow', tool: 'Bash', pattern: 'npm test *' } as const satisfies PolicyChange;

test('in this chat: the rule that was shown holds for the chat, and stands in no settings', async () => {
  const desk = await begin();
  await desk.ask('npm test');
  await desk.shows('do not ask for Bash(npm test *)');

  await desk.press('c');
  await until(desk.isGone);

  expect(await desk.changes()).toEqual([npmTest]);
  expect(desk.opened.policy.policy.rules).toMatchObject([{ ...npmTest, source: 'this chat' }]);
  expect(desk.program.policy.rules).toEqual([]);
});

test('always: the very rule that was shown is written into the settings of the user, and holds at once', async () => {
  const desk = await begin();
  const file = desk.program.userSettingsPath;
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '{"theme":"dark","permissions":{"allow":["Bash(make)"]}}');
  await desk.ask('npm test -- --watch');
  await desk.shows('writes "Bash(npm test *)" into your settings');

  await desk.press('a');
  await until(() => desk.program.policy.rules.length > 0);

  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    theme: 'dark',
    permissions: { allow: ['Bash(make)', 'Bash(npm test *)'] },
  });
  expect(await desk.changes()).toEqual([npmTest]);
  expect(desk.program.policy.rules).toMatchObject([{ ...npmTest, source: file }]);
});

test('settings that cannot be written are told; the call and the chat are allowed all the same', async () => {
  const desk = await begin();
  const file = desk.program.userSettingsPath;
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '{"permissions":');
  const id = await desk.ask('npm test');
  await desk.shows('$ npm test');

  await desk.press('a');
  await until(() => desk.failures.length > 0);

  expect(desk.failures[0]).toContain(file);
  expect(await verdict(desk, id)).toBe('allowed');
  expect(await desk.changes()).toEqual([npmTest]);
  expect(await readFile(file, 'utf8')).toBe('{"permissions":');
});

test('countdownMs is the time between two looks at what is left for an answer', async () => {
  const desk = await begin();
  await desk.ask('touch one', 30_000);
  await desk.shows('denied by itself in 30s');
  await desk.clock.advance(limits.questionGraceMs);
  const before = desk.redraws();

  await desk.clock.advance(limits.countdownMs * 3);
  const counted = desk.redraws() - before;
  desk.close();
  await desk.clock.advance(limits.countdownMs * 3);

  expect(counted).toBe(3);
  expect(desk.redraws()).toBe(before + 3);
  expect(desk.clock.pending).toBe(0);
});

test('R27 whoever is typing when it appears goes on typing; with their hands on the question before, they type nothing', async () => {
  const desk = await begin();
  await desk.ask('touch one');
  await desk.shows('$ touch one');
  const key = (name: string) => desk.desk.panes.top().key(pressed(name));
  key('y');
  await desk.clock.advance(limits.questionGraceMs - 1);
  key('return');
  await desk.ask('touch two');
  await desk.press('n');
  await desk.shows('$ touch two');
  key('y');
  key('return');
  await desk.press('n');
  await until(desk.isGone);

  expect(desk.typed).toEqual(['y', 'return']);
});
