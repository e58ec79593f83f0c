import type { EntryBody } from '../../src/core/entry.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { delegate, openBench, openBenchChat } from './bench-program.ts';

/**
 * Measures a chat in a process of its own, on the scripted model `playbook/<file>`; prints one line of JSON. `resume <file>`: `resume_ms` from opening
 * the program to the last of 50,000 entries. `notify <file>`: `times_ms` from the commit that ends a task to the one that begins its owner's turn.
 */
const entryCount = 50_000;
const rounds = 100;
const [what, file = ''] = process.argv.slice(2);
const model = `playbook/${file}`;

if (what === 'resume') await measureResume();
else await measureNotify();

async function measureResume(): Promise<void> {
  const program = await openBench(model);
  const { base, store, user, workspace } = program;
  const chatId = await createChat(base, { user, cwd: workspace, title: 'long' });
  const turnId = base.ids('turn');
  const bodies = Array.from({ length: entryCount - 1 }, (_, i) => bodyOf(i));
  await store.write(tx => tx.append(chatId, 'main', 1, [{ type: 'turn:started', turnId, model, cause: 'input' }]));
  for (let i = 0; i < bodies.length; i += 1_000) {
    await store.write(tx => tx.append(chatId, 'main', 1, bodies.slice(i, i + 1_000)));
  }
  await store.write(tx => tx.append(chatId, 'main', 1, [{ type: 'turn:ended', turnId, end: 'done' }]));
  await program.close();
  const begin = performance.now();
  const second = await openBench(model);
  const chat = await openBenchChat(second, chatId, model);
  await new Promise<void>(resolve => {
    let count = 0;
    chat.session.subscribe(0, event => {
      if (event.kind !== 'entries') return;
      count += event.entries.length;
      if (count >= entryCount) resolve();
    });
  });
  const resumeMs = performance.now() - begin;
  await chat.close();
  await second.close();
  console.log(JSON.stringify({ resume_ms: resumeMs, resume_rss_mb: process.memoryUsage.rss() / 1024 / 1024 }));
}

function bodyOf(i: number): EntryBody {
  return { type: 'program:remarked', text: `Remark ${i}. ${'It is of a usual length. '.repeat(8)}` };
}

async function measureNotify(): Promise<void> {
  const program = await openBench(model);
  const { base, store, user, workspace } = program;
  const chatId = await createChat(base, { user, cwd: workspace, title: 'notify' });
  const chat = await openBenchChat(program, chatId, model);
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const isOver = new Promise<void>(resolve => {
      let endedAt = 0;
      const off = store.onChange(change => {
        if (change.kind !== 'committed') return;
        for (const entry of change.entries) {
          if (entry.type === 'task:ended') endedAt = performance.now();
          if (entry.type === 'turn:started' && entry.lane === 'main') times.push(performance.now() - endedAt);
          if (entry.type !== 'turn:ended' || entry.lane !== 'main') continue;
          off();
          resolve();
        }
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
  await chat.close();
  await program.close();
  console.log(JSON.stringify({ times_ms: times }));
}
