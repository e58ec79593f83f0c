import type { Entry, EntryOf, EntryType } from '../../src/core/entry.ts';
import type { LaneId } from '../../src/core/ids.ts';
import { hasEnded } from '../../src/tasks/lifecycle.ts';
import { transcriptHead, transcriptLinesOf } from '../../src/tasks/transcript.ts';
import { type Evidence, ofLane } from './evidence.ts';
import { lastWords, nonces, prompts } from './scenario.ts';

/** What is wrong after everything has been taken up and brought to its end; empty when nothing is. */
export function judge(evidence: Evidence): string[] {
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
export function soundness({ integrity, entries, lastSeq }: Evidence): string[] {
  const problems = integrity === 'ok' ? [] : [`integrity_check: ${integrity}`];
  entries.forEach((entry, index) => {
    if (entry.seq !== index + 1) problems.push(`entry ${index + 1} has the number ${entry.seq}`);
  });
  if (lastSeq !== entries.length) problems.push(`the chat counts ${lastSeq} entries, there are ${entries.length}`);
  return problems;
}

function taskEnds({ tasks, entries }: Evidence): string[] {
  const problems = tasks.length === 2 ? [] : [`there are ${tasks.length} tasks, not 2`];
  for (const task of tasks) {
    const ends = entriesOf(entries, 'task:ended').filter(entry => entry.taskId === task.id);
    if (task.status !== 'completed') problems.push(`task ${task.id} is ${task.status}`);
    if (ends.length !== 1) problems.push(`task ${task.id} ended ${ends.length} times`);
    const attempts = entriesOf(entries, 'task:started').filter(entry => entry.taskId === task.id);
    attempts.forEach((entry, index) => {
      if (entry.attempt !== index + 1) problems.push(`task ${task.id}: attempt ${entry.attempt} at place ${index + 1}`);
    });
  }
  return problems;
}

/** Each inbox row became one entry, and each task told its owner once. */
function deliveries({ tasks, inbox, entries }: Evidence): string[] {
  const problems: string[] = [];
  const delivered = entriesOf(entries, 'notification:delivered').flatMap(entry =>
    entry.tasks.map(task => ({ ...task, seq: entry.seq })),
  );
  for (const task of tasks.filter(hasEnded)) {
    const rows = inbox.filter(row => row.kind === 'notification' && row.from === task.id);
    if (rows.length !== 1) problems.push(`task ${task.id} has ${rows.length} notifications`);
    const times = delivered.filter(one => one.taskId === task.id).length;
    if (times !== 1) problems.push(`the notification of ${task.id} was delivered ${times} times`);
  }
  for (const row of inbox) {
    if (row.deliveredSeq === undefined) problems.push(`inbox row ${row.id} (${row.kind}) still waits`);
    const said = entriesOf(entries, 'user:said').filter(entry => entry.inboxId === row.id).length;
    if (row.kind === 'input' && said !== 1) problems.push(`input ${row.id} stands ${said} times in the lane`);
  }
  return problems;
}

function pairs({ entries, tasks }: Evidence): string[] {
  const lanes: LaneId[] = ['main', ...tasks.map(task => task.id)];
  return lanes.flatMap(lane => {
    const problems: string[] = [];
    const own = ofLane(entries, lane);
    for (const answer of entriesOf(own, 'model:answered')) {
      for (const { callId } of answer.calls) {
        const ends = entriesOf(own, 'tool:ended').filter(entry => entry.callId === callId).length;
        const starts = entriesOf(own, 'tool:started').filter(entry => entry.callId === callId).length;
        if (ends !== 1 || starts !== 1) problems.push(`call ${callId} of ${lane} began ${starts}, ended ${ends} times`);
      }
    }
    const begun = entriesOf(own, 'turn:started').map(entry => entry.turnId);
    const ended = entriesOf(own, 'turn:ended').map(entry => entry.turnId);
    if (begun.join() !== ended.join()) problems.push(`turns of ${lane}: began ${begun}, ended ${ended}`);
    return problems;
  });
}

/** A call that may not be repeated ran once; one that was in flight at a kill ran at most once, and the model was told so. */
function effects({ effects: lines, entries }: Evidence): string[] {
  return nonces.flatMap(nonce => {
    const times = lines.filter(line => line === nonce).length;
    const call = entriesOf(entries, 'tool:started').find(
      entry => entry.tool === 'Bash' && JSON.stringify(entry.input).includes(`echo ${nonce} `),
    );
    const end = entriesOf(entries, 'tool:ended').find(entry => entry.callId === call?.callId);
    if (!end) return [`no result of the call that writes ${nonce}`];
    const isUnknown = end.isError && end.text.startsWith('Interrupted, outcome unknown');
    if (times > 1 || (times === 0 && !isUnknown))
      return [`${nonce} was written ${times} times; the model read: ${end.text}`];
    return end.isError && !isUnknown ? [`the call that writes ${nonce} failed: ${end.text}`] : [];
  });
}

function conversation({ entries, tasks }: Evidence): string[] {
  const problems: string[] = [];
  const main = ofLane(entries, 'main');
  const said = entriesOf(main, 'user:said').map(entry => entry.text);
  if (said.join('|') !== prompts.join('|')) problems.push(`the user said ${said.join('|')}`);
  const answers = entriesOf(main, 'model:answered').map(entry => entry.text);
  if (answers.at(-1) !== lastWords) problems.push(`the last answer is ${answers.at(-1)}`);
  const sum = answers.find(text => text.startsWith('Sum:'));
  for (const letter of ['A', 'B'])
    if (!sum?.includes(`Report ${letter}`)) problems.push(`no report ${letter} in the sum: ${sum}`);
  const broken = entries.filter(entry => entry.type === 'model:broke-off');
  if (broken.length > 0) problems.push(`answers broke off: ${JSON.stringify(broken)}`);
  for (const task of tasks) if (task.steps !== 3) problems.push(`task ${task.id} counts ${task.steps} steps, not 3`);
  return problems;
}

const expectedFiles = [
  /^work\/(notes|effects)\.txt$/,
  /^home\/state\/legwork\.(db|log)$/,
  /^home\/state\/transcripts\/chat_\w+\/task_\w+\.log$/,
  // The output of a command that was in flight at a kill: what the model, or a person, can look at to learn what it did.
  /^home\/state\/commands\/chat_\w+\/[\w-]+\.log$/,
];

function leftovers({ files }: Evidence): string[] {
  return files
    .filter(file => !expectedFiles.some(expected => expected.test(file)))
    .map(file => `${file} was left behind`);
}

/** A readable beginning of what the log says, or all of it (what is missing can be made good from the log). */
function transcripts(evidence: Evidence): string[] {
  return evidence.tasks.flatMap(task => {
    const text = evidence.transcripts.get(task.id) ?? '';
    const lines = ofLane(evidence.entries, task.id).flatMap(entry => transcriptLinesOf(task, entry));
    const whole = [...transcriptHead(task), ...lines].map(line => `${line}\n`).join('');
    return whole.startsWith(text)
      ? []
      : [`the transcript of ${task.id} is not what the log says:\n${text}\n---\n${whole}`];
  });
}

export function entriesOf<T extends EntryType>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}
