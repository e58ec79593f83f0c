import type { Entry, EntryOf, EntryType } from '../../src/core/entry.ts';
import type { LaneId } from '../../src/core/ids.ts';
import type { Task } from '../../src/store/rows.ts';
import { hasEnded } from '../../src/tasks/lifecycle.ts';
import { transcriptHead, transcriptLinesOf } from '../../src/tasks/transcript.ts';
import { type Evidence, ofLane } from './evidence.ts';
import { type Problem, problem, unlessOnce } from './problem.ts';
import { lastWords, nonces, prompts } from './scenario.ts';

/** What is wrong after everything has been taken up and brought to its end; empty when nothing is. */
export function judge(evidence: Evidence): Problem[] {
  return [
    ...soundness(evidence),
    ...taskEnds(evidence),
    ...deliveries(evidence),
    ...pairs(evidence),
    ...effects(evidence),
    ...conversation(evidence),
    ...leftovers(evidence),
    ...transcripts(evidence),
  ];
}

/** What must hold at any moment, also right after a kill. */
export function soundness({ integrity, entries, lastSeq }: Evidence): Problem[] {
  const problems = integrity === 'ok' ? [] : [problem('broken', `integrity_check: ${integrity}`)];
  entries.forEach((entry, index) => {
    if (entry.seq !== index + 1) problems.push(problem('lost', `entry ${index + 1} has the number ${entry.seq}`));
  });
  if (lastSeq !== entries.length)
    problems.push(problem('lost', `the chat counts ${lastSeq} entries, there are ${entries.length}`));
  return problems;
}

function taskEnds({ tasks, entries }: Evidence): Problem[] {
  const problems = tasks.length === 2 ? [] : [problem(tasks.length < 2 ? 'lost' : 'doubled', `${tasks.length} tasks`)];
  for (const task of tasks) {
    const ends = entriesOf(entries, 'task:ended').filter(entry => entry.taskId === task.id);
    if (task.status !== 'completed') problems.push(problem('broken', `task ${task.id} is ${task.status}`));
    problems.push(...unlessOnce(ends.length, `task ${task.id} ended`));
    const attempts = entriesOf(entries, 'task:started').filter(entry => entry.taskId === task.id);
    attempts.forEach((entry, index) => {
      if (entry.attempt !== index + 1)
        problems.push(problem('broken', `task ${task.id}: attempt ${entry.attempt} at place ${index + 1}`));
    });
  }
  return problems;
}

/** Each inbox row became one entry, and each task told its owner once. */
function deliveries({ tasks, inbox, entries }: Evidence): Problem[] {
  const problems: Problem[] = [];
  const delivered = entriesOf(entries, 'notification:delivered').flatMap(entry =>
    entry.tasks.map(task => ({ ...task, seq: entry.seq })),
  );
  for (const task of tasks.filter(hasEnded)) {
    const rows = inbox.filter(row => row.kind === 'notification' && row.from === task.id);
    problems.push(...unlessOnce(rows.length, `the notification of ${task.id} is in the inbox`));
    const told = toldByItsCall({ inbox, entries }, task);
    const times = delivered.filter(one => one.taskId === task.id).length + (told === undefined ? 0 : 1);
    problems.push(...unlessOnce(times, `the notification of ${task.id} was delivered`));
  }
  for (const row of inbox) {
    if (row.deliveredSeq === undefined) problems.push(problem('unwoken', `inbox row ${row.id} (${row.kind}) waits`));
    const said = entriesOf(entries, 'user:said').filter(entry => entry.inboxId === row.id).length;
    if (row.kind === 'input') problems.push(...unlessOnce(said, `input ${row.id} stands in the lane`));
  }
  return problems;
}

/** A call that was repeated because its result had not been stored, when its task had ended already, tells of that itself, in place of the notification. */
function toldByItsCall({ inbox, entries }: Pick<Evidence, 'inbox' | 'entries'>, task: Task): string | undefined {
  const row = inbox.find(one => one.kind === 'notification' && one.from === task.id);
  return entriesOf(entries, 'tool:ended').find(
    entry => entry.seq === row?.deliveredSeq && entry.callId === task.parentCallId,
  )?.text;
}

function pairs({ entries, tasks }: Evidence): Problem[] {
  const lanes: LaneId[] = ['main', ...tasks.map(task => task.id)];
  return lanes.flatMap(lane => {
    const problems: Problem[] = [];
    const own = ofLane(entries, lane);
    for (const answer of entriesOf(own, 'model:answered')) {
      for (const { callId } of answer.calls) {
        const ends = entriesOf(own, 'tool:ended').filter(entry => entry.callId === callId).length;
        const starts = entriesOf(own, 'tool:started').filter(entry => entry.callId === callId).length;
        problems.push(...unlessOnce(starts, `call ${callId} of ${lane} began`));
        problems.push(...unlessOnce(ends, `call ${callId} of ${lane} ended`));
      }
    }
    const begun = entriesOf(own, 'turn:started').map(entry => entry.turnId);
    const ended = entriesOf(own, 'turn:ended').map(entry => entry.turnId);
    if (begun.join() !== ended.join())
      problems.push(problem('unwoken', `turns of ${lane}: began ${begun}, ended ${ended}`));
    return problems;
  });
}

/** A call that may not be repeated ran once; one that was in flight at a kill ran at most once, and the model was told so. */
function effects({ effects: lines, entries }: Evidence): Problem[] {
  return nonces.flatMap(nonce => {
    const times = lines.filter(line => line === nonce).length;
    const call = entriesOf(entries, 'tool:started').find(
      entry => entry.tool === 'Bash' && JSON.stringify(entry.input).includes(`echo ${nonce} `),
    );
    const end = entriesOf(entries, 'tool:ended').find(entry => entry.callId === call?.callId);
    if (!end) return [problem('lost', `no result of the call that writes ${nonce}`)];
    const isUnknown = end.isError && end.text.startsWith('Interrupted, outcome unknown');
    const written = `${nonce} was written (the model read: ${end.text})`;
    if (times > 1 || (times === 0 && !isUnknown)) return unlessOnce(times, written);
    return end.isError && !isUnknown ? [problem('broken', `the call that writes ${nonce} failed: ${end.text}`)] : [];
  });
}

function conversation({ entries, tasks, inbox }: Evidence): Problem[] {
  const problems: Problem[] = [];
  const main = ofLane(entries, 'main');
  const said = entriesOf(main, 'user:said').map(entry => entry.text);
  if (said.join('|') !== prompts.join('|')) problems.push(problem('broken', `the user said ${said.join('|')}`));
  const answers = entriesOf(main, 'model:answered').map(entry => entry.text);
  if (answers.at(-1) !== lastWords) problems.push(problem('lost', `the last answer is ${answers.at(-1)}`));
  const sum = [
    answers.find(text => text.startsWith('Sum:')) ?? '',
    ...tasks.map(task => toldByItsCall({ inbox, entries }, task) ?? ''),
  ].join('\n');
  for (const letter of ['A', 'B'])
    if (!sum.includes(`Report ${letter}`)) problems.push(problem('lost', `no report ${letter} in the sum: ${sum}`));
  const broken = entries.filter(entry => entry.type === 'model:broke-off');
  if (broken.length > 0) problems.push(problem('broken', `answers broke off: ${JSON.stringify(broken)}`));
  for (const task of tasks)
    if (task.steps !== 3) problems.push(problem('broken', `task ${task.id} counts ${task.steps} steps, not 3`));
  return problems;
}

const expectedFiles = [
  /^work\/(notes|effects)\.txt$/,
  /^home\/state\/legwork\.(db|log)$/,
  /^home\/state\/transcripts\/chat_\w+\/task_\w+\.log$/,
  // The output of a command that was in flight at a kill: what the model, or a person, can look at to learn what it did.
  /^home\/state\/commands\/chat_\w+\/[\w-]+\.log$/,
];

function leftovers({ files }: Evidence): Problem[] {
  return files
    .filter(file => !expectedFiles.some(expected => expected.test(file)))
    .map(file => problem('leftover', `${file} was left behind`));
}

/** A readable beginning of what the log says, or all of it (what is missing can be made good from the log). */
function transcripts(evidence: Evidence): Problem[] {
  return evidence.tasks.flatMap(task => {
    const text = evidence.transcripts.get(task.id) ?? '';
    const lines = ofLane(evidence.entries, task.id).flatMap(entry => transcriptLinesOf(task, entry));
    const whole = [...transcriptHead(task), ...lines].map(line => `${line}\n`).join('');
    return whole.startsWith(text)
      ? []
      : [problem('broken', `the transcript of ${task.id} is not what the log says: ${text}`)];
  });
}

export function entriesOf<T extends EntryType>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}
