import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { waitFor } from '../../src/engine/wait-for.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { createChat, openChat, openTasks } from '../../src/tasks/open-chat.ts';
import { openHome, openProgram } from '../../src/wire.ts';
import type { Said } from './said.ts';

/**
 * The program without a face, for crash tests: goes on in the newest chat of the working directory (or makes one), sends each `--say` once,
 * one after the other, and ends when nothing is owed. Tells on stdout, at once and unbuffered, what has been acknowledged to it.
 * `--die-at-entry n`: ends itself by SIGKILL when it has committed n entries, before anybody in it hears of the last one; `--die-on type=n`: at the n-th entry of
 * that type (`main/type` or `task/type`: in such a lane); `--die-inside method=n`: on the n-th call of that method of a transaction, which is then
 * never committed; `--stop-inside method=n`: stops itself there by SIGSTOP, holding the lock of all writers. `--block-on type --block-ms n`: at the first entry
 * of that type nothing else happens in the process for so long.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'openai-compatible/m' },
    say: { type: 'string', multiple: true, default: [] },
    'die-at-entry': { type: 'string' },
    'die-on': { type: 'string' },
    'die-inside': { type: 'string' },
    'stop-inside': { type: 'string' },
    'block-on': { type: 'string' },
    'block-ms': { type: 'string', default: '0' },
    'lease-ms': { type: 'string' },
    stay: { type: 'boolean', default: false },
  },
});
const tell = (said: Said) => void writeSync(1, `${JSON.stringify(said)}\n`);

const home = await openHome({ model: values.model, permissionMode: 'bypass' }, process.cwd());
const program = await openProgram(home);
const { user, workspace } = program;
const store = mortal(program.store);
dieAsTold(store);
blockAsTold(store);
const leaseMs = Number(values['lease-ms'] ?? program.limits.leaseMs);
const limits = {
  ...program.limits,
  leaseMs,
  leaseRenewMs: Math.min(program.limits.leaseRenewMs, leaseMs / 3),
  recheckMs: Math.min(program.limits.recheckMs, leaseMs / 6),
};
const base = { ...program.base, store, limits };
const [newest] = await store.chats({ cwd: workspace, limit: 1 });
const chatId = newest?.id ?? (await createChat(base, { user, cwd: workspace, title: 'crash' }));
tell({ kind: 'chat', chatId });
const chat = await openChat(base, {
  chatId,
  user,
  model: values.model,
  policy: program.policy,
  startsOnLate: true,
  kind: 'test',
  pid: program.pid,
  host: program.host,
  canAsk: () => false,
});
chat.session.subscribe(0, event => {
  if (event.kind === 'entries') for (const entry of event.entries) tell({ kind: 'entry', entry });
  if (event.kind === 'state') tell({ kind: 'state', state: event.state, worker: chat.working.worker() });
});
for (const text of values.say) {
  if (!(await wasSaid(text))) tell({ kind: 'sent', inboxId: await chat.session.send(text) });
  await quiet();
}
await quiet();
if (values.stay) await new Promise(() => setInterval(() => undefined, 60_000));
await chat.close();
await program.close();
tell({ kind: 'done' });

async function wasSaid(text: string): Promise<boolean> {
  const entries = await store.entries(chatId, { lane: 'main' });
  if (entries.some(entry => entry.type === 'user:said' && entry.text === text)) return true;
  return (await store.pending(chatId, 'main')).some(row => row.text === text);
}

async function quiet(): Promise<void> {
  await waitFor(base, new AbortController().signal, async () => {
    const entries = await store.entries(chatId, { lane: 'main' });
    const last = entries.findLast(entry => entry.type === 'turn:started' || entry.type === 'turn:ended');
    const pending = await store.pending(chatId, 'main');
    const open = await openTasks(store, chatId);
    const isQuiet = last?.type !== 'turn:started' && pending.length === 0 && open.length === 0;
    return isQuiet || undefined;
  });
}

function mortal(of: Store): Store {
  const [method, times = '1'] = (values['die-inside'] ?? values['stop-inside'])?.split('=') ?? [];
  if (method === undefined) return of;
  let left = Number(times);
  const dying = (tx: Tx) =>
    new Proxy(tx, {
      get(target, name, receiver) {
        if (name === method) left -= 1;
        if (name === method && left === 0)
          process.kill(process.pid, values['die-inside'] === undefined ? 'SIGSTOP' : 'SIGKILL');
        return Reflect.get(target, name, receiver);
      },
    });
  return { ...of, write: work => of.write(tx => work(dying(tx))) };
}

function blockAsTold(of: Store): void {
  const off = of.onChange(change => {
    if (change.kind !== 'committed' || !change.entries.some(entry => entry.type === values['block-on'])) return;
    off();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(values['block-ms']));
  });
}

function dieAsTold(of: Store): void {
  const [type, times = '1'] = values['die-on']?.split('=') ?? [];
  let left = Number(type === undefined ? (values['die-at-entry'] ?? Number.POSITIVE_INFINITY) : times);
  of.onChange(change => {
    if (change.kind !== 'committed') return;
    for (const entry of change.entries) {
      const inLane = `${entry.lane === 'main' ? 'main' : 'task'}/${entry.type}`;
      if (type !== undefined && type !== entry.type && type !== inLane) continue;
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    }
  });
}
