import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startInLines } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** `restMs`: how long the subagent thinks after its command was cut. */
const playbook = (restMs: number) => `name: p
replies:
  - when: { agent: primary, from: user, contains: errand, times: 1 }
    call:
      - { tool: Task, input: { subagent_type: general-purpose, description: A long errand, prompt: go, run_in_background: true } }
  - when: { agent: general-purpose, step: 1 }
    call: [{ tool: Bash, input: { command: "touch begun; sleep 60" } }]
  - when: { agent: general-purpose, contains: "outcome unknown" }
    say: It is unknown.
    delay_ms: ${restMs}
  - when: { agent: primary, tool: Task }
    say: It is on its way.
  - when: { agent: primary, from: notification }
    say: 'Reported: {{notifications}}'
default: { say: 'heard: {{input}}{{result}}' }
`;

async function machine({ settings = {}, restMs = 0 }: { settings?: object; restMs?: number } = {}) {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(join(home, 'config'), { recursive: true });
  await mkdir(cwd);
  await writeFile(join(home, 'config', 'settings.json'), JSON.stringify(settings));
  await writeFile(join(cwd, 'p.yaml'), playbook(restMs));
  const args = ['--model', 'playbook/p.yaml'];
  const ask = (...words: string[]) =>
    spawnSync(process.execPath, [main, ...words], {
      cwd,
      encoding: 'utf8',
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: home, LEGWORK_HOME: home },
    }).stdout;
  return { at: { home, cwd }, args, ask, json: (...words: string[]) => JSON.parse(ask(...words, '--json')) };
}
type Machine = Awaited<ReturnType<typeof machine>>;

/** A conversation with a task that is in the middle of a command. */
async function atWork({ at, args, json }: Machine, ...more: string[]) {
  const terminal = startInLines({ ...at, args: [...args, ...more, 'errand'] });
  await terminal.sees(/on its way/, seenMs);
  await expect.poll(() => json('ps')[0]?.tasks[0]?.turn?.calls[0]?.tool, { timeout: seenMs }).toBe('Bash');
  const [{ pid }] = json('ps');
  return { terminal, pid: Number(pid) };
}

/** Busy machines take seconds to start a process, and each of these tests starts several. */
const timeout = 120_000;
const seenMs = 30_000;

describe('S16 in a terminal', { timeout }, () => {
  test('S16 after a kill -9 the next start says in one line what was found, and goes on', async () => {
    const one = await machine();
    const { pid, terminal } = await atWork(one, '--permission-mode', 'bypass');
    process.kill(pid, 'SIGKILL');
    await terminal.sees(/exit code 137/, seenMs);

    const again = startInLines({
      ...one.at,
      columns: 120,
      args: [...one.args, '-c', '--permission-mode', 'bypass'],
    });
    const shown = await again.sees(/Reported: It is unknown\./, seenMs);

    expect(shown).toContain(
      '↻ After a crash: 1 task resumed; Bash(touch begun; sleep 60) was in flight, its outcome is unknown: the agent is told',
    );
    expect(shown.match(/After a crash/g)).toHaveLength(1);
  });

  test('S16 S13 a question that was open at the kill waits for you again, and is said to', async () => {
    const one = await machine();
    const first = startInLines({ ...one.at, args: [...one.args, 'errand'] });
    await first.sees(/allow it\? y\/n$/, seenMs);
    const why = one.ask('why', one.json('tasks', 'list')[0].id);
    process.kill(one.json('ps')[0].pid, 'SIGKILL');
    await first.sees(/exit code 137/, seenMs);

    const again = startInLines({ ...one.at, columns: 120, args: [...one.args, '-c'] });
    const shown = await again.sees(/Bash wants to run[\s\S]*allow it\? y\/n$/, seenMs);

    expect(why).toMatch(
      /waiting for an approval of Bash\(touch begun; sleep 60\) for .*, denied in 29m\d\ds; answer in/,
    );
    expect(shown).toContain(
      'After a crash: 1 task resumed; 1 waits for you: Bash(touch begun; sleep 60) needs an answer',
    );
    expect(shown).not.toContain('outcome is unknown');
  });
});

describe('S17 --on-exit', { timeout }, () => {
  test.each([
    ['park', '1 task parked; they go on when the chat is opened again.', 'parked'],
    ['stop', '1 task stopped.', 'stopped'],
  ])('S17 %s is done without a question', async (how, said, status) => {
    const one = await machine();
    const { terminal } = await atWork(one, '--permission-mode', 'bypass', '--on-exit', how);

    terminal.press('C-d');

    expect(await terminal.sees(/exit code 0/, seenMs)).toContain(said);
    expect(terminal.text()).not.toContain('k/p/s');
    expect(one.json('tasks', 'list')[0].status).toBe(status);
  });

  test('S17 keep, as a setting, hands over to a worker when the terminal goes away too', async () => {
    const one = await machine({ settings: { on_exit: 'keep' }, restMs: 60_000 });
    const { terminal, pid } = await atWork(one, '--permission-mode', 'bypass');

    terminal.hangUp();

    const worker = () => one.json('ps').find((found: { kind: string }) => found.kind === 'worker');
    await expect.poll(() => worker()?.tasks[0]?.attempt, { timeout: seenMs }).toBe(2);
    const found = worker();
    onTestFinished(() => void process.kill(found.pid, 'SIGKILL'));
    expect(found).toMatchObject({ state: 'alive', log: expect.stringMatching(/workers\/\d+\.log$/) });
    expect(found.pid).not.toBe(pid);
  });

  test('S17 coming back while the worker is at work, the first line says which process has the task', async () => {
    const one = await machine({ restMs: 60_000 });
    const { terminal } = await atWork(one, '--permission-mode', 'bypass');
    terminal.press('C-d');
    await terminal.sees(/k\/p\/s$/, seenMs);
    terminal.press('k', 'Enter');
    const left = await terminal.sees(/exit code 0/, seenMs);
    const worker = Number(/1 task kept at work by process (\d+), which says what it does in/.exec(left)?.[1]);
    onTestFinished(() => void process.kill(worker, 'SIGKILL'));
    await expect.poll(() => one.json('ps')[0]?.tasks.length, { timeout: seenMs }).toBe(1);

    const again = startInLines({ ...one.at, columns: 120, args: [...one.args, '-c'] });

    expect(await again.sees(/↻.*/, seenMs)).toContain(`↻ 1 task at work in process ${worker}\n`);
  });
});
