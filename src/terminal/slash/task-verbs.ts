import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { retryAsked, sendAsked, stopAsked } from '../../tasks/asked.ts';
import { waitForTask } from '../../tasks/wait-task.ts';
import { personAt } from './person.ts';
import { say } from './say.ts';
import { showTask } from './show-task.ts';
import type { Stage } from './stage.ts';
import { taskOfChat } from './task-of-chat.ts';

export const verbs = ['show', 'stop', 'send', 'retry', 'wait'] as const;
export type Verb = (typeof verbs)[number];

/** AppError for a task that is not of this chat, and for what its state does not permit. */
export async function actOnTask(stage: Stage, verb: Verb, id: string, words: string): Promise<void> {
  const task = await taskOfChat(stage, id);
  if (verb !== 'send' && words !== '')
    throw new AppError('usage', `/task ${verb} takes the id of a task and nothing more (received "${words}")`);
  switch (verb) {
    case 'show': {
      const [standing = task] = await asTheyStand(stage.program, [task]);
      return showTask(stage, standing);
    }
    case 'stop':
      return stop(stage, task);
    case 'send':
      return send(stage, task, words);
    case 'retry':
      return retry(stage, task);
    case 'wait':
      return wait(stage, task);
  }
}

async function stop(stage: Stage, task: Task): Promise<void> {
  const { isStopped, under } = await stopAsked(personAt(stage), task);
  const more = under > 0 ? `, with ${under} under it` : '';
  say(stage, isStopped ? `${nameOf(task)} is stopped${more}` : `${nameOf(task)} had ended: ${task.status}`);
}

async function send(stage: Stage, task: Task, words: string): Promise<void> {
  if (words === '') throw new AppError('usage', '/task send needs the message: /task send <id> <message>');
  const how = await sendAsked(personAt(stage), task, words);
  say(
    stage,
    how === 'resumed'
      ? `${nameOf(task)} was ${task.status} and goes on with it`
      : `${nameOf(task)} reads it at its next step`,
  );
}

async function retry(stage: Stage, task: Task): Promise<void> {
  const [retried] = await retryAsked(personAt(stage), [task], {});
  say(stage, `${nameOf(task)} is ${retried?.status ?? task.status}`);
}

/** Says when it is over; typing goes on meanwhile. Nothing is said when the chat is left before. */
async function wait(stage: Stage, task: Task): Promise<void> {
  stage.notice(`waiting for ${nameOf(task)}`);
  try {
    const ended = await waitForTask(stage.program.base, task.id, stage.left);
    say(stage, `${nameOf(ended)} (${shortId(ended.id)}): ${ended.status}`);
  } catch (error) {
    if (!stage.left.aborted) throw error;
  }
}

function nameOf({ description }: Task): string {
  return `"${visible(description)}"`;
}
