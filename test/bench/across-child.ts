import { stdin } from 'node:process';
import type { ChatId } from '../../src/core/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { startWorking } from '../../src/tasks/working.ts';
import { delegate, openBench, openBenchChat } from './bench-program.ts';

/**
 * Two processes on one store. `across-child.ts owner <playbook> <rounds> hint|lost` drives a chat and runs no task: it says the chat's id, delegates one task after
 * another, and prints `times_ms` from the end of each to the turn that its owner starts, by the times of their entries; `lost`: it never hears that
 * another process committed. `across-child.ts worker <playbook> <chat>` runs them until its standard input ends.
 */
const [role, playbook = '', ...rest] = process.argv.slice(2);
const model = `playbook/${playbook}`;

if (role === 'owner') await own(Number(rest[0]), rest[1] === 'lost');
else await serve(rest[0] as ChatId); // What an owner said.

async function own(rounds: number, isHintLost: boolean): Promise<void> {
  const program = await openBench(model, { runningTasks: 0 });
  const { base, store, user, workspace } = program;
  const chatId = await createChat(base, { user, cwd: workspace, title: 'across' });
  const chat = await openBenchChat(program, chatId, model, isHintLost ? { ...base, store: deaf(store) } : base);
  console.log(chatId);
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const isOver = new Promise<void>(resolve => {
      const off = store.onChange(change => {
        if (change.kind !== 'committed') return;
        if (!change.entries.some(entry => entry.type === 'turn:ended' && entry.lane === 'main')) return;
        off();
        resolve();
      });
    });
    await delegate(program, chat.working.deps, {
      chatId,
      count: 1,
      prompt: 'Report',
      notify: 'wake',
      model: () => model,
    });
    await isOver;
  }
  let endedAt = 0;
  for (const entry of await store.entries(chatId)) {
    if (entry.type === 'task:ended') endedAt = entry.at;
    if (entry.type === 'turn:started' && entry.lane === 'main') times.push(entry.at - endedAt);
  }
  await chat.close();
  await program.close();
  console.log(JSON.stringify({ times_ms: times }));
}

async function serve(chatId: ChatId): Promise<void> {
  const program = await openBench(model);
  const { pid, host, base } = program;
  const working = await startWorking(base, { kind: 'bench', pid, host, chatIds: () => [chatId], canAsk: () => false });
  for await (const _ of stdin);
  await working.close();
  await program.close();
}

function deaf(store: Store): Store {
  return {
    ...store,
    onChange: listener => store.onChange(change => change.kind === 'committed' && listener(change)),
  };
}
