import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { Task } from '../../store/rows.ts';
import { addTask } from '../../tasks/add-task.ts';
import { retryAsked, sendAsked, stopAsked } from '../../tasks/asked.ts';
import { waitForTask } from '../../tasks/wait-task.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
import { figures } from '../../views/figures.ts';
import type { Desk } from '../desk.ts';
import { moveAllToBackground, openTaskPanel, personAt } from '../tasks/open-panel.ts';
import type { SlashCommand } from './command.ts';

const verbs = ['show', 'stop', 'send', 'retry', 'wait'] as const;
type Verb = (typeof verbs)[number];

export const task: SlashCommand = {
  name: 'task',
  takes: '<type> <prompt>, or show|stop|send|retry|wait <id>',
  summary: 'sends a subagent in the background, or acts on one by the end of its id',
  async run(desk, rest) {
    const [first = '', second = ''] = rest.split(/\s+/, 2);
    if (first === '') return openTaskPanel(desk);
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
  summary: 'the tasks of this chat: read, stop, message, retry (ctrl+t)',
  run: openTaskPanel,
};

export const background: SlashCommand = {
  name: 'bg',
  takes: '',
  summary: 'what the conversation waits for goes on in the background (ctrl+b)',
  run: moveAllToBackground,
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
  const person = personAt(desk);
  const name = `"${visible(one.description)}"`;
  switch (verb) {
    case 'show':
      return show(desk, one);
    case 'stop': {
      const { isStopped } = await stopAsked(person, one);
      return desk.notice(isStopped ? `${name} is stopped` : `${name} had ended: ${one.status}`);
    }
    case 'send': {
      if (words === '') throw new AppError('usage', '/task send needs the message: /task send <id> <message>');
      const how = await sendAsked(person, one, words);
      return desk.notice(
        how === 'resumed' ? `${name} had ended; it goes on with that` : `${name} reads it at its next step`,
      );
    }
    case 'retry': {
      const [retried] = await retryAsked(person, [one], {});
      return desk.notice(`${name} is ${retried?.status ?? 'queued'}`);
    }
    case 'wait':
      desk.notice(`waiting for ${name}`);
      await waitForTask(desk.program.base, one.id, new AbortController().signal);
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
