import { duration } from '../../core/duration.ts';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { Task } from '../../store/rows.ts';
import { addTask } from '../../tasks/add-task.ts';
import { hasEnded } from '../../tasks/lifecycle.ts';
import { retryTask, sendToTask } from '../../tasks/resume-task.ts';
import { stopTask } from '../../tasks/stop-task.ts';
import { waitForTask } from '../../tasks/wait-task.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
import { figures } from '../../views/figures.ts';
import type { Desk } from '../desk.ts';
import type { SlashCommand } from './command.ts';

const verbs = ['show', 'stop', 'send', 'retry', 'wait'] as const;
type Verb = (typeof verbs)[number];

export const task: SlashCommand = {
  name: 'task',
  takes: '<type> <prompt>, or show|stop|send|retry|wait <id>',
  summary: 'sends a subagent in the background, or acts on one by the end of its id',
  async run(desk, rest) {
    const [first = '', second = ''] = rest.split(/\s+/, 2);
    if (first === '') return list(desk);
    const verb = verbs.find(one => one === first);
    const after = (word: string) => rest.slice(rest.indexOf(word) + word.length).trim();
    if (!verb) return spawn(desk, first, after(first));
    if (second === '') throw new AppError('usage', `/task ${verb} needs the id of a task; /tasks shows them`);
    return act(desk, verb, await named(desk, second), rest.split(/\s+/).slice(2).join(' '));
  },
};

export const tasks: SlashCommand = {
  name: 'tasks',
  takes: '',
  summary: 'the tasks of this chat',
  run: list,
};

export const stop: SlashCommand = {
  name: 'stop',
  takes: '<id>',
  summary: 'ends a task and everything under it',
  async run(desk, rest) {
    if (rest === '') throw new AppError('usage', '/stop needs the id of a task; /tasks shows them');
    return act(desk, 'stop', await named(desk, rest), '');
  },
};

async function list(desk: Desk): Promise<void> {
  const { program, chatId } = desk;
  const { style, columns, glyphs } = desk.look();
  const all = (await program.store.tasks({ chatId })).filter(one => !one.isSilent);
  if (all.length === 0) return desk.story.note(['This chat has no tasks.']);
  const now = program.base.clock.now();
  desk.story.note(
    all.map(one => {
      const spent =
        one.startedAt === undefined ? '' : ` ${glyphs.separator} ${duration((one.endedAt ?? now) - one.startedAt)}`;
      const text = `${shortId(one.id)}  ${one.status.padEnd(9)}  ${visible(one.description)} ${glyphs.separator} ${one.agentType}${spent}`;
      return hasEnded(one)
        ? style('dim', clip(`  ${text}`, columns, glyphs.ellipsis))
        : clip(`  ${text}`, columns, glyphs.ellipsis);
    }),
  );
}

async function spawn(desk: Desk, agent: string, instruction: string): Promise<void> {
  if (instruction === '')
    throw new AppError(
      'usage',
      `/task ${agent} needs what is to be done: /task <type> <prompt>; /agents shows the types`,
    );
  const added = await addTask(
    { ...desk.program, policy: desk.opened.policy.policy },
    { instruction, agent, chatId: desk.chatId, model: desk.choice.handle, notify: 'wake', origin: 'terminal' },
  );
  desk.notice(`${added.isExisting ? 'that task is there already' : 'sent'}: ${shortId(added.task.id)}`);
}

async function act(desk: Desk, verb: Verb, one: Task, words: string): Promise<void> {
  const { program, opened } = desk;
  const { deps } = opened.working;
  const name = `"${visible(one.description)}"`;
  switch (verb) {
    case 'show':
      return show(desk, one);
    case 'stop': {
      const isStopped = await program.store.write(tx => stopTask(deps, tx, one.id, 'stopped by the user'));
      return desk.notice(isStopped ? `${name} is stopped` : `${name} had ended: ${one.status}`);
    }
    case 'send': {
      if (words === '') throw new AppError('usage', '/task send needs the message: /task send <id> <message>');
      const how = await program.store.write(tx =>
        sendToTask(deps, tx, one.id, words, { lane: 'main', author: program.user }),
      );
      return desk.notice(
        how === 'resumed' ? `${name} had ended; it goes on with that` : `${name} reads it at its next step`,
      );
    }
    case 'retry': {
      const status = await program.store.write(tx => retryTask(deps, tx, one.id, 'retried by a person'));
      return desk.notice(`${name} is ${status}`);
    }
    case 'wait':
      desk.notice(`waiting for ${name}`);
      await waitForTask(program.base, one.id, new AbortController().signal);
      return desk.notice(`${name} has ended`);
  }
}

async function show(desk: Desk, one: Task): Promise<void> {
  const { style, columns } = desk.look();
  const sum = await desk.program.store.subtree(one.id);
  const durationMs =
    one.startedAt === undefined ? undefined : (one.endedAt ?? desk.program.base.clock.now()) - one.startedAt;
  const outcome =
    one.outcome === undefined ? '' : one.outcome.kind === 'completed' ? one.outcome.report : one.outcome.message;
  desk.story.note([
    style('strong', clip(`${visible(one.description)} (${one.id})`, columns)),
    clip(`  ${one.status}, ${one.agentType}, ${visible(one.model)}, attempt ${one.attempt}`, columns),
    clip(`  ${figures({ usage: sum.usage, toolUses: sum.toolUses, durationMs })}`, columns),
    ...rowsOf(outcome, columns - 2).map(row => `  ${row}`),
  ]);
}

async function named(desk: Desk, part: string): Promise<Task> {
  const all = await desk.program.store.tasks({ chatId: desk.chatId });
  const [found, ...others] = all.filter(one => one.id.endsWith(part));
  if (!found) throw new AppError('not-found', `this chat has no task ${part}; /tasks shows them`);
  if (others.length > 0)
    throw new AppError('usage', `"${part}" is the end of ${others.length + 1} ids; give more of it`);
  return found;
}
