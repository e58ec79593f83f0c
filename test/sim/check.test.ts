import { expect, test } from 'vitest';
import type { InboxId } from '../../src/core/ids.ts';
import { check, type RuleName, rules } from './check/index.ts';
import {
  answers,
  begins,
  chat,
  child,
  done,
  ends,
  finish,
  fires,
  main,
  of,
  queued,
  result,
  row,
  type Story,
  soundStory,
  started,
  task,
  taskRow,
  tell,
} from './story.ts';

/** Takes an entry of the end out of the log, as if it had never been written; its number is given to nobody. */
function lose(story: Story, type: string): void {
  story.end.entries = story.end.entries.filter(entry => entry.type !== type);
}

/** The first entry of that type at the end, changed. */
function change(story: Story, type: string, more: object): void {
  const index = story.end.entries.findIndex(entry => entry.type === type);
  story.end.entries = story.end.entries.map((entry, at) => (at === index ? { ...entry, ...more } : entry));
}

function changeTask(story: Story, more: Partial<Story['end']['tasks'][number]>, index = 0): void {
  story.end.tasks = story.end.tasks.map((one, at) => (at === index ? { ...one, ...more } : one));
}

function changeRow(story: Story, id: string, more: Partial<Story['end']['inbox'][number]>): void {
  story.end.inbox = story.end.inbox.map(one => (one.id === id ? { ...one, ...more } : one));
}

const breaks: Record<RuleName, (story: Story) => void> = {
  nothingWentWrong: story => void story.problems.push('something was thrown'),
  acknowledgedIsKept: story => lose(story, 'turn:ended'),
  inputIsKept: story => {
    story.end.inbox = story.end.inbox.filter(one => one.id !== 'in_1');
  },
  inboxIsKept: story => {
    story.end.inbox = story.end.inbox.filter(one => one.id !== 'n_1');
  },
  inputsKeepOrder(story) {
    changeRow(story, 'in_1', { deliveredSeq: 3 });
    changeRow(story, 'in_2', { deliveredSeq: 2 });
  },
  numbersAreGapless: story => change(story, 'tool:ended', { seq: 99 }),
  logIsOfCommits: story => change(story, 'tool:ended', { lane: task }),
  attemptEndsOnce: story => void tell(story, 'a', [of(task)], [ends(task)]),
  attemptsRise: story => void tell(story, 'a', [], [begins(task)]),
  rowAgreesWithLog: story => changeTask(story, { status: 'failed' }),
  tasksComeToRest: story => changeTask(story, { status: 'queued' }),
  dependenciesComeFirst: story => changeTask(story, { dependsOn: [child] }),
  stepsAreBounded(story) {
    const { spec } = taskRow(task);
    changeTask(story, { spec: { ...spec, maxTurns: 1 } });
    tell(story, 'a', [of(task)], [[task, answers('2b')]]);
  },
  endIsToldOnce(story) {
    story.commits = story.commits.map(commit => ({ ...commit, put: commit.put.filter(one => one.id !== 'n_1') }));
  },
  rowIsDeliveredOnce: story => changeRow(story, 'n_1', { deliveredSeq: 17 }),
  nothingWaitsUnseen: story => void tell(story, 'a', [], [], [row('in_3', 'main')]),
  turnsComeToRest: story => lose(story, 'turn:ended'),
  callsArePaired: story => void tell(story, 'a', [main()], [['main', result('1', 'c1')]]),
  turnsAnswer: story =>
    void tell(
      story,
      'a',
      [main()],
      [
        ['main', result('1', 'c1')],
        ['main', done('1')],
      ],
    ),
  effectsHappenOnce: story => void story.runs.push(...story.runs),
  approvalsAreClosed(story) {
    const approval = { id: 'approval_1', chatId: chat, lane: task, callId: 'c', tool: 'Run', input: {}, reason: 'r' };
    story.end.openApprovals.push({ ...approval, askedAt: 0, deadline: 1 } as (typeof story.end.openApprovals)[number]);
  },
  olderAttemptsAreFenced(story) {
    tell(story, 'b', [], [begins(task, 2)]);
    tell(story, 'a', [of(task, 1)], [[task, started('3')]]);
  },
  lanesHaveOneDriver(story) {
    tell(story, 'b', [main(2)], [['main', started('3')]]);
    tell(story, 'a', [main(1)], [['main', done('3')]]);
  },
  runnersShowTheirRight: story =>
    void tell(
      story,
      'a',
      [],
      [
        ['main', started('3')],
        ['main', done('3')],
      ],
    ),
  parentsWait(story) {
    story.end.entries = story.end.entries.filter(entry => entry.type !== 'task:ended' || entry.taskId !== child);
  },
  stoppedTreesAreStill(story) {
    const [other, under] = ['task_3' as typeof task, 'task_4' as typeof task];
    tell(story, 'a', [], [queued(other, 'main'), begins(other), queued(under, other)]);
    tell(
      story,
      'a',
      [of(other)],
      [ends(other, 1, 'failed')],
      [row('n_3', 'main', { kind: 'notification', from: other })],
    );
    story.end.tasks.push(taskRow(other, { status: 'failed' }), taskRow(under, { parentLane: other, status: 'queued' }));
  },
  budgetsAreKept(story) {
    const { spec } = taskRow(task);
    changeTask(story, { spec: { ...spec, budget: { tokens: 100 } } });
    for (const name of ['x', 'y']) tell(story, 'a', [of(task)], [[task, answers(name)]]);
  },
  dueTimesFireOnce: story => void tell(story, 'c', [], [], [], fires(5_000, 6_000, 4_000)),
  dueTimesFollow: story => void tell(story, 'c', [], [], [], fires(7_000, 8_000)),
};

test('R8 the checker finds nothing wrong with a sound history', () => {
  expect(check(soundStory())).toEqual([]);
});

test.each(Object.keys(rules) as RuleName[])('R8 the checker sees that a history breaks %s', rule => {
  const story = soundStory();
  breaks[rule](story);

  const violations = check(finish(story));

  expect(violations.map(violation => violation.rule)).toContain(rule);
});

test('R8 an input that was acknowledged and never stored is lost', () => {
  const story = soundStory();
  story.inputs.push({ id: 'in_9' as InboxId, chatId: chat, takes: 'turn', calledAt: 5, ackedAt: 6 });

  expect(check(story).map(({ rule }) => rule)).toEqual(['inputIsKept']);
});

test('R8 a notification that is delivered by two entries is seen', () => {
  const story = soundStory();
  const again = story.end.entries.find(entry => entry.seq === 16);
  if (!again) throw new Error('the story has 18 entries');
  tell(story, 'a', [main()], [['main', { ...again, seq: undefined } as never]]);

  expect(check(finish(story)).map(({ rule }) => rule)).toContain('rowIsDeliveredOnce');
});

test('S21 a parent that completes with an unread notification is seen', () => {
  const story = soundStory();
  changeRow(story, 'n_2', { deliveredSeq: 99 });

  expect(check(story).map(({ rule }) => rule)).toContain('parentsWait');
});

test('T20 a task that a schedule made without taking a due time is seen, and one that was made in another commit', () => {
  const without = soundStory();
  tell(without, 'c', [], [], [], fires(5_000, 6_000).slice(1));
  const apart = soundStory();
  tell(apart, 'c', [], [], [], fires(5_000, 6_000).slice(0, 1));
  tell(apart, 'c', [], [], [], fires(5_000, 6_000).slice(1));

  expect(check(without).map(({ rule }) => rule)).toEqual(['dueTimesFollow']);
  expect(check(apart).map(({ rule }) => rule)).toEqual(['dueTimesFollow']);
});
