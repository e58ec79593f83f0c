import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { startScheduler } from '../../src/tasks/scheduler.ts';
import { createOffice, type Office } from '../fakes/office.ts';
import { until } from '../fakes/program.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

const add = (...more: string[]) => office.run('schedules', 'add', ...more);
const stored = async () => (await office.program()).store.schedules();

test('T18 add makes a schedule and says when it is due and where its runs land', async () => {
  const { code, out, err } = await add('news', '0 9 * * 1-5', 'what is', 'new?', '--time-zone', 'Europe/Berlin');

  const [schedule] = await stored();
  expect(code).toBe(0);
  expect(out).toMatch(
    /^schedule: news\nnext: {5}\d{4}-\d\d-\d\d 09:00:00 GMT\+[12]\nchat: {5}its own, made with the first run\n$/,
  );
  expect(err).toContain('nothing fires schedules now; `legwork worker` does');
  expect(schedule).toMatchObject({
    name: 'news',
    when: '0 9 * * 1-5',
    prompt: 'what is new?',
    timeZone: 'Europe/Berlin',
    catchUp: 'one',
    ownsChat: true,
    isEnabled: true,
    creator: 'user_local',
    spec: { cwd: office.cwd, definition: { name: 'general-purpose' } },
  });
});

test('T18 every option of add is kept', async () => {
  const chat = (await office.json('tasks', 'add', 'x')).chat_id;
  const flags = ['--catch-up', 'all', '--agent', 'explore', '--model', `playbook/${office.script}`];

  const json = await office.json(
    'schedules',
    'add',
    'watch',
    'every 2 hours',
    'look',
    '--chat',
    chat.slice(-8),
    ...flags,
  );

  expect(json).toMatchObject({
    name: 'watch',
    when: 'every 2 hours',
    catch_up: 'all',
    subagent_type: 'explore',
    model: `playbook/${office.script}`,
    chat_id: chat,
    owns_chat: false,
    enabled: true,
    problem: null,
    last_at: null,
    time_zone: (await office.program()).timeZone,
  });
});

test.each([
  ['an interval of nothing', ['a', 'every 0 minutes', 'x'], 'the interval must be above 0'],
  ['an interval below nothing', ['a', 'every -1 hours', 'x'], '"-1" is no whole number'],
  ['a minute that there is not', ['a', '61 * * * *', 'x'], 'Invalid value for minute: 61'],
  ['a word before the expression', ['a', 'cron 61 * * * *', 'x'], 'it must be a cron expression of five fields'],
  ['a blank prompt', ['a', 'every 1 hours', '  '], 'the prompt is blank'],
  ['no prompt', ['a', 'every 1 hours'], "missing required argument 'prompt'"],
  ['a name twice', ['taken', 'every 1 hours', 'x'], 'there is a schedule "taken" already'],
  ['a blank name', [' ', 'every 1 hours', 'x'], 'the name is blank'],
  ['a name of control characters', ['a\u001b[2J', 'every 1 hours', 'x'], 'one line of at most'],
  ['an unknown zone', ['a', '0 9 * * *', 'x', '--time-zone', 'Mars/Base'], 'no time zone "Mars/Base"'],
  ['an unknown chat', ['a', 'every 1 hours', 'x', '--chat', 'zzzzzzzz'], 'there is no chat "zzzzzzzz"'],
  ['an unknown agent', ['a', 'every 1 hours', 'x', '--agent', 'nobody'], 'Invalid subagent type "nobody"'],
  ['an unknown model', ['a', 'every 1 hours', 'x', '--model', 'nowhere/none'], 'nowhere'],
  ['an unknown catch-up', ['a', 'every 1 hours', 'x', '--catch-up', 'some'], 'Allowed choices are none, one, all'],
])('T18 %s is refused with exit code 2, and nothing is stored', async (_, argv, why) => {
  await add('taken', 'every 3 hours', 'was here before');

  const { code, err } = await add(...argv);

  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  expect((await stored()).map(schedule => schedule.name)).toEqual(['taken']);
});

test('T18 scheduleNameChars bounds the name', async () => {
  const most = limits.scheduleNameChars;

  expect(await add('n'.repeat(most), 'every 1 hours', 'x')).toMatchObject({ code: 0 });
  expect(await add('m'.repeat(most + 1), 'every 1 hours', 'x')).toMatchObject({ code: 2 });
});

test('T18 schedules bounds how many there are', async () => {
  await add('first', 'every 1 hours', 'x');
  const { store, base } = await office.program();
  const [first] = await stored();
  if (!first) throw new Error('there is a first one');
  await store.write(async tx => {
    for (let i = 1; i < limits.schedules; i += 1)
      await tx.putSchedule({ ...first, id: base.ids('schedule'), name: `number ${i}` });
  });

  const { code, err } = await add('one too many', 'every 1 hours', 'x');

  expect([code, err]).toEqual([1, expect.stringContaining(`${limits.schedules} are allowed; remove some first`)]);
  expect(await stored()).toHaveLength(limits.schedules);
});

test('T18 list shows what is due when, and what is in trouble', async () => {
  const chat = (await office.json('tasks', 'add', 'x')).chat_id;
  await add('own', 'every 10 minutes', 'look here');
  await add('given', 'every 10 minutes', 'look there', '--chat', chat);
  await office.run('chats', 'delete', chat);

  const { out } = await office.run('schedules', 'list');
  const json = await office.json('schedules', 'list');

  expect(out).toMatch(/^NAME +STATUS +WHEN +PROMPT +CHAT +LAST +NEXT\n/);
  expect(out).toMatch(/^own +enabled +every 10 minutes +look here +in (9|10)m$/m);
  expect(out).toMatch(/^given +disabled, trouble +every 10 minutes +look there$/m);
  expect(json[1]).toMatchObject({
    enabled: false,
    next_at: null,
    problem: expect.stringContaining(`the chat ${chat}`),
  });
});

test('T18 list says when there are none', async () => {
  const { code, out, err } = await office.run('schedules', 'list');

  expect([code, out, err]).toEqual([0, '', 'legwork: no schedules\n']);
});

test('T18 disable and enable: no due time meanwhile, the next after now afterwards', async () => {
  await add('watch', '*/5 * * * *', 'look');

  const disabled = await office.run('schedules', 'disable', 'watch');
  const [between] = await stored();
  const enabled = await office.run('schedules', 'enable', 'watch');
  const [after] = await stored();

  expect(disabled).toMatchObject({ code: 0, out: '"watch" disabled\n' });
  expect(between).toMatchObject({ isEnabled: false });
  expect(between).not.toHaveProperty('nextAt');
  expect(enabled.out).toMatch(/^"watch" enabled, next \d{4}-/);
  expect((after?.nextAt ?? 0) % 300_000).toBe(0);
  expect(after?.nextAt).toBeGreaterThan(Date.now());
});

test('T18 a schedule whose chat was deleted is not enabled: it says what to do', async () => {
  const chat = (await office.json('tasks', 'add', 'x')).chat_id;
  await add('given', 'every 10 minutes', 'look', '--chat', chat);
  const deleted = await office.run('chats', 'delete', chat);

  const { code, err } = await office.run('schedules', 'enable', 'given');

  expect(deleted.out).toContain('the schedule "given" is disabled: it ran in this chat');
  expect([code, err]).toEqual([1, expect.stringContaining('remove the schedule and add it again')]);
});

test('T18 run makes a task of origin schedule now, and the next due time stays', async () => {
  const { next_at: nextAt } = await office.json('schedules', 'add', 'watch', 'every 10 minutes', 'look');
  await office.work();

  const task = await office.json('schedules', 'run', 'watch');
  await office.run('tasks', 'wait', task.id);

  expect(await office.json('tasks', 'show', task.id)).toMatchObject({
    status: 'completed',
    origin: 'schedule',
    outcome: { report: 'done: look' },
    metadata: { schedule: 'watch' },
  });
  expect((await office.run('tasks', 'list')).out).toMatch(/ schedule +look /);
  expect(await office.json('schedules', 'show', 'watch')).toMatchObject({
    next_at: nextAt,
    last_task_id: task.id,
    runs: [{ id: task.id }],
  });
});

test('T18 show has the next times, the last runs and the prompt', async () => {
  await add('watch', '0 9 * * *', 'look\u001b[31m here', '--time-zone', 'UTC');
  await office.work();
  const { id } = await office.json('schedules', 'run', 'watch');
  await office.run('tasks', 'wait', id);

  const { out } = await office.run('schedules', 'show', 'watch');
  const json = await office.json('schedules', 'show', 'watch');

  expect(out).toContain('when:        0 9 * * *, UTC\n');
  expect(out).toMatch(/^next: +\d{4}-\d\d-\d\d 09:00:00 GMT\+0 \(in /m);
  expect(out).toContain('\nPrompt\nlook\\x1b[31m here\n');
  expect(out).toMatch(/^\w{8} +completed +asked for +done: look/m);
  expect(json.next_times).toHaveLength(5);
  expect(json.next_times.every((time: string) => time.endsWith('T09:00:00.000Z'))).toBe(true);
});

test('T18 remove takes the schedule away and leaves what it made', async () => {
  await add('watch', 'every 10 minutes', 'look');
  const { id, chat_id: chatId } = await office.json('schedules', 'run', 'watch');

  const { code, out } = await office.run('schedules', 'remove', 'watch');

  expect([code, out]).toEqual([0, '"watch" removed\n']);
  expect(await stored()).toEqual([]);
  expect(await office.json('tasks', 'show', id)).toMatchObject({ status: 'queued' });
  expect(await office.json('chats', 'show', chatId)).toMatchObject({ title: 'Schedule: watch' });
});

test.each(['show', 'run', 'enable', 'disable', 'remove'])(
  'T18 %s of a schedule that there is not: exit code 2, with the one that was meant',
  async command => {
    await add('watch', 'every 10 minutes', 'look');

    const { code, err } = await office.run('schedules', command, 'wathc');

    expect([code, err]).toEqual([2, expect.stringContaining('there is no schedule "wathc"; did you mean "watch"?')]);
  },
);

test('T31 what is done to schedules is written down', async () => {
  await add('watch', 'every 10 minutes', 'look');
  await office.run('schedules', 'disable', 'watch');
  await office.run('schedules', 'enable', 'watch');
  await office.run('schedules', 'remove', 'watch');

  const rows = await (await office.program()).store.audit({});

  expect(rows.map(row => [row.what, row.detail, row.who])).toEqual([
    ['schedule:removed', 'watch', 'user_local'],
    ['schedule:enabled', 'watch', 'user_local'],
    ['schedule:disabled', 'watch', 'user_local'],
    ['schedule:added', 'watch', 'user_local'],
  ]);
});

test('T19 T20 an interval of a second, on a real clock: each due time has a run of its own, in one chat, and each sees the one before', async () => {
  await office.work();
  const program = await office.program();
  const schedulers = [startScheduler(program), startScheduler(program)];
  await add('tick', 'every 1 seconds', 'again');
  const runs = async () => (await program.store.tasks({ statuses: ['completed'] })).length;

  await until(async () => (await runs()) >= 3);
  await office.run('schedules', 'disable', 'tick');
  for (const scheduler of schedulers) await scheduler.close();

  const tasks = await program.store.tasks({});
  expect(new Set(tasks.map(task => task.metadata.due)).size).toBe(tasks.length);
  expect(new Set(tasks.map(task => task.chatId)).size).toBe(1);
  expect(tasks[2]?.spec.base.map(({ lane }) => lane)).toEqual(['main', tasks[0]?.id, tasks[1]?.id]);
});
