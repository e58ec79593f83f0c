import type { ChatId } from '../../src/core/ids.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { delegate, openBench, openBenchChat } from './bench-program.ts';

/**
 * Builds what a crash leaves: `recovery-child.ts <chats> <tasks> <playbook…>` makes so many chats and, in the last of them, so many tasks, of each playbook by
 * turns. Says the id of that chat when all of them wait for their model, and then waits to be killed.
 */
const [chats = '', tasks = '', ...playbooks] = process.argv.slice(2);
const models = playbooks.map(name => `playbook/${name}`);
const [model = ''] = models;
const program = await openBench(model, { requestsStart: 1_000 });
const { base, store, user, workspace } = program;

let chatId: ChatId | undefined;
for (let i = 0; i < Number(chats); i += 1) {
  chatId = await createChat(base, { user, cwd: workspace, title: `Chat ${i}` });
  await fill(chatId);
}
if (chatId === undefined) throw new Error('there is no chat for the tasks');
const chat = await openBenchChat(program, chatId, model);
await underWay(chatId);
console.log(chatId);
setInterval(() => {}, 60_000);

/** A conversation of usual length. */
async function fill(id: ChatId): Promise<void> {
  const turnId = base.ids('turn');
  const said = Array.from({ length: 20 }, (_, i) => ({
    type: 'program:remarked' as const,
    text: `Remark ${i}. ${'It is of a usual length. '.repeat(8)}`,
  }));
  await store.write(tx =>
    tx.append(id, 'main', base.clock.now(), [
      { type: 'turn:started', turnId, model, cause: 'input' },
      ...said,
      { type: 'turn:ended', turnId, end: 'done' },
    ]),
  );
}

/** Resolves when all have asked their model. */
async function underWay(id: ChatId): Promise<void> {
  let begun = 0;
  const haveBegun = new Promise<void>(resolve => {
    store.onChange(change => {
      if (change.kind !== 'committed') return;
      begun += change.entries.filter(entry => entry.type === 'tool:ended' && entry.lane !== 'main').length;
      if (begun >= Number(tasks)) resolve();
    });
  });
  if (Number(tasks) === 0) return;
  const modelOf = (i: number) => models[i % models.length] ?? model;
  await delegate(program, chat.working.deps, {
    chatId: id,
    count: Number(tasks),
    prompt: 'Wait',
    notify: 'wake',
    model: modelOf,
  });
  await haveBegun;
}
