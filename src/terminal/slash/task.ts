import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { addTask } from '../../tasks/add-task.ts';
import { findDefinition } from '../../tasks/choose-agent.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';
import { actOnTask, verbs } from './task-verbs.ts';
import { listTasks } from './tasks.ts';

export const task: SlashCommand = {
  name: 'task',
  takes: '[<type> <prompt>]',
  summary: 'sends a subagent in the background; /task show, stop, send, retry or wait <id> acts on one',
  async run(stage, rest) {
    if (rest === '') return listTasks(stage);
    const [first, after] = headOf(rest);
    const verb = verbs.find(one => one === first);
    if (!verb) return spawn(stage, first, after);
    const [id, words] = headOf(after);
    if (id === '') throw new AppError('usage', `/task ${verb} needs the id of a task; /tasks shows them`);
    return actOnTask(stage, verb, id, words);
  },
};

function headOf(text: string): readonly [string, string] {
  const [, head = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [head, rest];
}

/**
 * In this chat: with what was said so far, under what is permitted here now, and its end wakes the conversation. What a person sends twice is two
 * tasks, as with the Task tool.
 */
async function spawn(stage: Stage, agent: string, instruction: string): Promise<void> {
  const { program, opened, chatId, choice } = stage;
  if (instruction === '')
    throw new AppError(
      'usage',
      `/task ${agent} needs what is to be done: /task <type> <prompt>; /agents shows the types`,
    );
  const definition = await findDefinition(program.base, agent);
  const { policy } = opened.policy;
  const added = await addTask(
    { ...program, policy: { ...program.policy, mode: policy.mode, rules: policy.rules } },
    {
      instruction,
      agent,
      chatId,
      model: definition.model === 'inherit' ? choice.handle : undefined,
      allowDuplicates: true,
      notify: 'wake',
      origin: 'terminal',
    },
  );
  say(stage, `Sent: ${shortId(added.task.id)}`);
}
