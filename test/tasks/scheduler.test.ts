import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import { limits as standardLimits } from '../../src/core/limits.ts';
import { addSchedule } from '../../src/tasks/add-schedule.ts';
import { runSchedule } from '../../src/tasks/fire-schedule.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { startScheduler } from '../../src/tasks/scheduler.ts';
import { createServedChats } from '../../src/tasks/served-chats.ts';
import { agentNamed } from '../fakes/agent-named.ts';
import { bypass, ofType, rounds, until, user } from '../fakes/program.ts';
import { createScheduling, type Firer, type Scheduling } from '../fakes/scheduling.ts';
import { latch, says, stepOf } from '../fakes/script-model.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Lets time pass in the steps in which timers of a real program would see it, until all that runs has ended. */
async function pass({ world }: Scheduling, firer: Firer, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await until(async () => {
    await world.clock.advance(10);
    const due = (await firer.store.schedulesDue(world.clock.now())).filter(
      row => (row.nextAt ?? 0) <= world.clock.now(),
    );
    return due.length === 0 && (await firer.store.tasks({ statuses: ['queued', 'running'] })).length === 0;
  });
}

test('T19 a schedule without a chat makes one of the agent with its first run, and the others land there', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const schedule = await firer.add();

  await pass(scheduling, firer, 10 * minute);
  await pass(scheduling, firer, 10 * minute);

  const runs = await firer.runs(schedule);
  const { chatId } = await firer.read(schedule);
  expect(runs.map(run => [run.status, run.chatId, run.origin, run.creator])).toEqual(
    Array(2).fill(['completed', chatId, 'schedule', user]),
  );
  expect(new Set(runs.map(run => run.id)).size).toBe(2);
  expect(await firer.store.chat(chatId as ChatId)).toMatchObject({
    title: 'Schedule: watch',
    kind: 'agent',
    userId: 'user_agent',
    cwd: '/work',
  });
  expect((await firer.store.chats({ kind: 'person' })).map(chat => chat.id)).toEqual([scheduling.world.chatId]);
});

test('T19 a run sees the history of the runs before it, also in a program that was started after them', async () => {
  const scheduling = await createScheduling(request => says(`answer ${stepOf(request) + 1}`));
  const first = await scheduling.open();
  const schedule = await first.add();
  await pass(scheduling, first, 10 * minute);
  await first.close();

  const second = await scheduling.open();
  await pass(scheduling, second, 10 * minute);

  const [, request] = scheduling.world.model.requests;
  expect(request?.messages.map(message => [message.role, message.text])).toEqual([
    ['user', 'look'],
    ['assistant', 'answer 1'],
    ['user', 'look'],
  ]);
  expect((await second.runs(schedule)).map(run => run.outcome)).toEqual([
    { kind: 'completed', report: 'answer 1' },
    { kind: 'completed', report: 'answer 2' },
  ]);
});

test('T19 scheduleRunsSeen bounds the earlier runs that a run sees: the newest', async () => {
  const scheduling = await createScheduling(() => says('ok'), { limits: { scheduleRunsSeen: 2 } });
  const firer = await scheduling.open();
  const schedule = await firer.add();

  for (let i = 0; i < 4; i += 1) await pass(scheduling, firer, 10 * minute);

  const runs = await firer.runs(schedule);
  expect(runs.at(-1)?.spec.base.map(({ lane }) => lane)).toEqual(['main', runs[1]?.id, runs[2]?.id]);
  expect(scheduling.world.model.requests.map(request => request.messages.length)).toEqual([1, 3, 5, 5]);
});

test('T19 in a chat that it was given, a run sees what was said there, and the next turn hears of it', async () => {
  const scheduling = await createScheduling(request => says(request.agent === 'primary' ? 'hello' : 'all green'));
  const firer = await scheduling.open();
  await firer.say('the word is plum');
  await firer.quiet();
  const { chatId } = scheduling.world;
  const schedule = await firer.add({ chatId });

  await pass(scheduling, firer, 10 * minute);
  await firer.say('and?');
  await firer.quiet();

  const [run] = await firer.runs(schedule);
  expect(run).toMatchObject({ chatId, status: 'completed', metadata: { chat_id: chatId, schedule: 'watch' } });
  const request = scheduling.world.model.requests.find(({ agent }) => agent === 'general-purpose');
  expect(request?.messages.map(message => message.text)).toEqual(['the word is plum', 'hello', 'look']);
  const heard = ofType(await firer.entries('main'), 'notification:delivered');
  expect(heard.flatMap(entry => entry.tasks.map(task => task.taskId))).toEqual([run?.id]);
});

test('T20 of any number of programs that see a due time one fires it', async () => {
  const scheduling = await createScheduling();
  const firers = [];
  for (let i = 0; i < 6; i += 1) firers.push(await scheduling.open());
  const [first] = firers as [Firer];
  const schedule = await first.add({ when: '*/10 * * * *' });
  await rounds();

  for (let i = 0; i < 5; i += 1) await pass(scheduling, first, 10 * minute);

  const runs = await first.runs(schedule);
  expect(runs).toHaveLength(5);
  expect(new Set(runs.map(run => run.metadata.due)).size).toBe(5);
  expect(new Set(runs.map(run => run.chatId)).size).toBe(1);
});

test('T20 the due time moves in the commit that makes the task: a program that dies right after it has done both', async () => {
  const scheduling = await createScheduling();
  const [first, second] = [await scheduling.open(), await scheduling.open()];
  const schedule = await first.add();
  await second.close();

  const isDead = first.killAfter(1);
  await scheduling.world.clock.advance(10 * minute);
  await isDead;
  const third = await scheduling.open();
  await pass(scheduling, third, 1);

  const runs = await third.runs(schedule);
  expect(runs).toHaveLength(1);
  expect(await third.read(schedule)).toMatchObject({ lastTaskId: runs[0]?.id });
});

test('T20 a run that fails does not keep the next one from being made', async () => {
  const replies = [{ fails: 'auth', message: 'no key' } as const, says('fine')];
  const scheduling = await createScheduling(() => replies.shift() ?? says('more'));
  const firer = await scheduling.open();
  const schedule = await firer.add();

  await pass(scheduling, firer, 10 * minute);
  await pass(scheduling, firer, 10 * minute);

  expect((await firer.runs(schedule)).map(run => run.status)).toEqual(['failed', 'completed']);
  expect(await firer.read(schedule)).not.toHaveProperty('problem');
});

test('T20 a run that takes longer than the interval is no reason to skip the next', async () => {
  const hold = latch();
  const scheduling = await createScheduling(async () => {
    await hold.promise;
    return says('at last');
  });
  const firer = await scheduling.open();
  const schedule = await firer.add();

  await scheduling.world.clock.advance(10 * minute);
  await scheduling.world.clock.advance(10 * minute);
  await until(async () => (await firer.runs(schedule)).length === 2);
  hold.open();
  await pass(scheduling, firer, 1);

  expect((await firer.runs(schedule)).map(run => run.status)).toEqual(['completed', 'completed']);
});

test('T20 what is changed acts at once, without a restart: added, disabled, removed by another program', async () => {
  const scheduling = await createScheduling(undefined, { limits: { recheckMs: 30_000 } });
  const [firer, other] = [await scheduling.open(), await scheduling.open()];
  await pass(scheduling, firer, 30 * minute);
  const kept = await other.add({ name: 'kept' });
  const disabled = await other.add({ name: 'disabled' });
  const removed = await other.add({ name: 'removed' });
  await other.store.write(async tx => {
    await tx.patchSchedule(disabled.id, { isEnabled: false, nextAt: null });
    await tx.removeSchedule(removed.id);
  });

  await pass(scheduling, firer, 10 * minute);

  expect((await firer.runs(kept)).length).toBe(1);
  expect(await firer.runs(disabled)).toEqual([]);
  expect(await firer.runs(removed)).toEqual([]);
});

test('T20 what makes a task impossible is kept with the schedule, which goes on with the next due time', async () => {
  const costly = agentNamed('costly', { budget: { usd: 1 } });
  const scheduling = await createScheduling(undefined, { agents: [agentNamed('general-purpose'), costly] });
  const firer = await scheduling.open();
  const schedule = await firer.add({ agent: 'costly' });
  const other = await firer.add({ name: 'other' });

  await pass(scheduling, firer, 10 * minute);

  expect(await firer.runs(schedule)).toEqual([]);
  expect(await firer.read(schedule)).toMatchObject({
    isEnabled: true,
    nextAt: (schedule.nextAt ?? 0) + 10 * minute,
    problem: expect.stringContaining('price is not known'),
  });
  expect(await firer.runs(other)).toHaveLength(1);
  expect(scheduling.world.logged.join('\n')).toContain('a schedule was due and made no task');
});

test('a schedule whose time can be read no more is disabled and says why', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const schedule = await firer.add();
  await firer.store.write(tx => tx.putSchedule({ ...schedule, timeZone: 'Europe/Atlantis' }));

  await pass(scheduling, firer, 10 * minute);

  expect(await firer.read(schedule)).toMatchObject({
    isEnabled: false,
    problem: expect.stringContaining('no time zone "Europe/Atlantis"'),
  });
});

test('T19 the chat of a schedule was deleted: its own is made anew with a remark, and the run there knows that something is gone', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const schedule = await firer.add();
  await pass(scheduling, firer, 10 * minute);
  const { chatId: gone } = await firer.read(schedule);
  await firer.store.write(tx => tx.deleteChat(gone as ChatId));

  await pass(scheduling, firer, 10 * minute);

  const { chatId, lostChatId } = await firer.read(schedule);
  expect([chatId === gone, lostChatId]).toEqual([false, undefined]);
  const [remark] = ofType(await firer.store.entries(chatId as ChatId), 'program:remarked');
  expect(remark?.text).toContain(`The chat ${gone}, where earlier runs of the schedule "watch" stood, was deleted`);
  expect(scheduling.world.model.requests.at(-1)?.messages[0]?.text).toContain('was deleted');
});

test('T19 the chat that a schedule was given was deleted: it fires no more, and says why', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const chatId = await createChat(firer.base, { user, cwd: '/work', title: 'given' });
  const schedule = await firer.add({ chatId });
  await firer.store.write(tx => tx.deleteChat(chatId));

  await pass(scheduling, firer, 30 * minute);

  expect(await firer.runs(schedule)).toEqual([]);
  expect(await firer.read(schedule)).toMatchObject({ isEnabled: false, lostChatId: chatId });
  await expect(runSchedule(firer.deps, schedule, user)).rejects.toMatchObject({
    fault: 'conflict',
    message: expect.stringContaining(`the chat ${chatId} that the schedule "watch" was given was deleted`),
  });
});

test('T18 run makes a task now and leaves the next due time alone, also of a disabled schedule', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const schedule = await firer.add();
  await firer.store.write(tx => tx.patchSchedule(schedule.id, { isEnabled: false }));

  const task = await runSchedule(firer.deps, schedule, user);
  await pass(scheduling, firer, 1);

  const after = await firer.read(schedule);
  expect(after).toMatchObject({ nextAt: schedule.nextAt, lastTaskId: task.id, chatId: task.chatId });
  expect(await firer.store.task(task.id)).toMatchObject({ status: 'completed', origin: 'schedule' });
  expect(task.metadata).not.toHaveProperty('due');
});

test('the model of a run is the one that was asked for, that of the definition, or what the program that fires chooses', async () => {
  const agents = [agentNamed('general-purpose'), agentNamed('fixed', { model: 'test/of-definition' })];
  const scheduling = await createScheduling(undefined, { agents });
  const firer = await scheduling.open();
  await firer.add({ name: 'asked', model: 'test/asked', agent: 'fixed' });
  await firer.add({ name: 'defined', agent: 'fixed' });
  await firer.add({ name: 'chosen' });

  await pass(scheduling, firer, 10 * minute);

  const models = (await firer.store.tasks({})).map(task => [task.metadata.schedule, task.model]);
  expect(models.toSorted()).toEqual([
    ['asked', 'test/asked'],
    ['chosen', 'test/chosen'],
    ['defined', 'test/of-definition'],
  ]);
});

test('a run works with the permissions of who added the schedule, not with those of who fires it', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const plan = { ...firer.deps, policy: { ...bypass, mode: 'plan' as const } };
  const wanted = { name: 'careful', when: 'every 1 hour', prompt: 'x', timeZone: 'UTC', origin: 'test' };
  const schedule = await addSchedule(plan, wanted);

  await pass(scheduling, firer, 60 * minute);

  const [run] = await firer.runs(schedule);
  expect(run?.spec.policies.map(policy => policy.mode)).toEqual(['plan', 'plan']);
});

test('scheduleNotices bounds the notifications of a schedule that wait in a chat where nobody speaks: the newest', async () => {
  const scheduling = await createScheduling(undefined, { limits: { scheduleNotices: 3 } });
  const firer = await scheduling.open();
  const schedule = await firer.add();

  for (let i = 0; i < 6; i += 1) await pass(scheduling, firer, 10 * minute);

  const { chatId } = await firer.read(schedule);
  const runs = await firer.runs(schedule);
  const waiting = await firer.store.pending(chatId as ChatId, 'main');
  expect(waiting.map(row => row.from)).toEqual(runs.slice(3).map(run => run.id));
});

test('what a schedule makes by itself does not count against the rate of who added it, what is asked for does', async () => {
  const scheduling = await createScheduling(undefined, { limits: { tasksPerMinute: 3 } });
  const firer = await scheduling.open();
  const schedule = await firer.add({ when: 'every 1 seconds' });
  for (let i = 0; i < 10; i += 1) await pass(scheduling, firer, 1_000);
  const fired = (await firer.runs(schedule)).length;

  for (let i = 0; i < 3; i += 1) await runSchedule(firer.deps, schedule, user);
  const oneMore = runSchedule(firer.deps, schedule, user);

  expect(fired).toBeGreaterThanOrEqual(10);
  await expect(oneMore).rejects.toMatchObject({ fault: 'conflict', message: expect.stringContaining('try again in') });
});

test('a program that serves some chats fires the schedules of these alone, and does not go round and round for the others', async () => {
  const scheduling = await createScheduling();
  const { world } = scheduling;
  const program = await world.open();
  const deps = { base: program.base, chooseModel: async () => ({ handle: 'test/m', why: '', isFallback: false }) };
  const common = { ...deps, user, policy: bypass, workspace: '/work', limits: standardLimits };
  const wanted = { when: 'every 10 minutes', prompt: 'x', timeZone: 'UTC', origin: 'test' };
  await addSchedule(common, { ...wanted, name: 'here', chatId: world.chatId });
  await addSchedule(common, { ...wanted, name: 'elsewhere' });
  const scheduler = startScheduler(deps, { chatIds: () => [world.chatId] });
  let looks = 0;
  const { schedulesDue } = program.store;
  program.store.schedulesDue = now => {
    looks += 1;
    return schedulesDue(now);
  };

  await world.clock.advance(10 * minute);
  await program.quiet();
  await scheduler.close();

  expect((await program.store.tasks({})).map(task => task.metadata.schedule)).toEqual(['here']);
  expect(looks).toBeLessThan(10);
});

test('in a chat of people that no program has open, who fires runs the task', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const chatId = await createChat(firer.base, { user, cwd: '/work', title: 'closed' });
  const schedule = await firer.add({ chatId });

  await pass(scheduling, firer, 10 * minute);

  expect((await firer.runs(schedule)).map(run => run.status)).toEqual(['completed']);
});

test('the runs in a chat of people that another program has open are left to that one as long as it lives', async () => {
  const scheduling = await createScheduling();
  const firer = await scheduling.open();
  const chatId = await createChat(firer.base, { user, cwd: '/work', title: 'open elsewhere' });
  const other = firer.base.ids('worker');
  await firer.store.write(async tx => {
    await tx.putWorker({ id: other, kind: 'interactive', pid: 1, host: 'elsewhere', startedAt: 1, leaseUntil: 2 });
    await tx.claimLane(chatId, 'main', other);
  });
  const served = createServedChats(firer.base, () => firer.chat.working);
  const given = { ownsChat: false, chatId };

  const whileOpen = await served.mayServe(given);
  const own = await served.mayServe({ ownsChat: true, chatId });
  await firer.store.write(tx => tx.endWorker(other, 3));
  const afterwards = await served.mayServe(given);

  expect([whileOpen, own, afterwards]).toEqual([false, true, true]);
});

test.each([
  ['R14 the clock goes forward a year', 365 * day, 1],
  ['R14 the clock goes back three days', -3 * day, 0],
])('%s while programs wait: schedules fire once, and then go on', async (_, jump, atOnce) => {
  const scheduling = await createScheduling(undefined, { limits: { recheckMs: 30_000 } });
  const firers = [await scheduling.open(), await scheduling.open(), await scheduling.open()];
  const [firer] = firers as [Firer];
  const interval = await firer.add({ name: 'interval' });
  const cron = await firer.add({ name: 'cron', when: '5 * * * *' });
  await pass(scheduling, firer, 11 * minute);
  const count = async () => [(await firer.runs(interval)).length, (await firer.runs(cron)).length];
  const before = await count();

  scheduling.world.clock.jump(jump);
  await pass(scheduling, firer, minute);
  const after = await count();
  await pass(scheduling, firer, 60 * minute);

  expect(before).toEqual([1, 1]);
  expect(after).toEqual([1 + atOnce, 1 + atOnce]);
  const [intervals, crons] = await count();
  expect(intervals).toBe(1 + atOnce + 6);
  expect(crons).toBe(1 + atOnce + 1);
});
