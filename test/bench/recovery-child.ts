import type { ChatId } from '../../src/core/ids.ts';
import { createChat, openChat } from '../../src/tasks/open-chat.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { openHome, openProgram } from '../../src/wire.ts';

/**
 * Builds what a crash leaves: `recovery-child.ts <chats> <tasks> <playbook…>` makes so many chats and, in the last of them, so many tasks, of each playbook by
 * turns. Says the id of that chat when all of them wait for their model, and then waits to be killed.
 */
const [chats = '', tasks = '', ...playbooks] = process.argv.slice(2);
const models = playbooks.map(name => `playbook/${name}`);
const [model = ''] = models;
const home = await openHome({ model, permissionMode: 'bypass' }, process.cwd());
const limits = { ...home.config.limits, requestsStart: 1_000 };
const program = await openProgram({ ...home, config: { ...home.config, limits } });
const { base, store, user, workspace, policy } = program;

let chatId: ChatId | undefined;
for (let i = 0; i < Number(chats); i += 1) {
  chatId = await createChat(base, { user, cwd: workspace, title: `Chat ${i}` });
  await fill(chatId);
}
if (chatId === undefined) throw new Error('there is no chat for the tasks');
const chat = await openChat(base, {
  chatId,
  user,
  model,
  policy,
  startsOnLate: true,
  kind: 'bench',
  pid: program.pid,
  host: program.host,
  canAsk: () => false,
});
await delegate(chatId);
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
async function delegate(id: ChatId): Promise<void> {
  const { agents } = await base.agents.list();
  const definition = agents.find(agent => agent.name === 'general-purpose');
  if (!definition) throw new Error('there is no general-purpose agent');
  let begun = 0;
  const haveBegun = new Promise<void>(resolve => {
    store.onChange(change => {
      if (change.kind !== 'committed') return;
      begun += change.entries.filter(entry => entry.type === 'tool:ended' && entry.lane !== 'main').length;
      if (begun >= Number(tasks)) resolve();
    });
  });
  await store.write(async tx => {
    for (let i = 0; i < Number(tasks); i += 1) {
      await spawnTask(chat.working.deps, tx, {
        chatId: id,
        parent: { lane: 'main' },
        depth: 1,
        definition,
        prompt: `Wait ${i}`,
        description: `Task ${i}`,
        model: models[i % models.length] ?? model,
        base: [],
        policies: [policy],
        cwd: workspace,
        isBackground: true,
        notify: 'wake',
        dependsOn: [],
        creator: user,
        origin: 'bench',
      });
    }
  });
  await haveBegun;
}
