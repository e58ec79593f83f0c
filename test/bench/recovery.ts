import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ChatId } from '../../src/core/ids.ts';
import { openAt } from '../store/files.ts';
import { median } from './measure.ts';

const root = join(import.meta.dirname, '..', '..');
const legwork = join(root, 'bin', 'legwork.cjs');
const [chats, tasks, rounds] = [1_000, 200, 5];
/** What the input line begins with; whatever is typed from here on is taken. */
const prompt = /(^|[\r\n\u001bJKm])> /;
/** So many models that all tasks can be at work at once: each bears 32 requests at the start. */
const playbooks = Array.from({ length: 7 }, (_, i) => `recovery-${i}.yaml`);
/** Each task reads a file, and then waits for a model that does not answer. */
const playbook = `
name: recovery
replies:
  - when: { prompt: Wait, step: 1 }
    say: I read the file.
    call: [{ tool: Read, input: { file_path: a.txt } }]
  - when: { prompt: Wait, step: 2 }
    say: That took long.
    delay_ms: 600000
default: { say: Heard. }
`;

/**
 * A program with 1,000 chats and 200 tasks under way is killed and started again, in a terminal and without one: until it can take input, and until all tasks run again. The
 * reference is the same start with a single chat and no task.
 */
export async function benchRecovery(): Promise<Record<string, number>> {
  const crashed = await crash(chats, tasks);
  const empty = await crash(1, 0);
  try {
    const runs: Record<'prompt' | 'init' | 'resumed' | 'emptyPrompt' | 'emptyInit', number[]> = {
      prompt: [],
      init: [],
      resumed: [],
      emptyPrompt: [],
      emptyInit: [],
    };
    for (let round = 0; round <= rounds; round += 1) {
      const inTerminal = await startAgain(crashed, 'terminal', tasks);
      const headless = await startAgain(crashed, 'headless', tasks);
      const emptyTerminal = await startAgain(empty, 'terminal', 0);
      const emptyHeadless = await startAgain(empty, 'headless', 0);
      if (round === 0) continue; // Fills the caches.
      runs.prompt.push(inTerminal.usableMs);
      runs.resumed.push(inTerminal.resumedMs);
      runs.init.push(headless.usableMs);
      runs.emptyPrompt.push(emptyTerminal.usableMs);
      runs.emptyInit.push(emptyHeadless.usableMs);
    }
    return {
      usable_ms: median(runs.prompt),
      usable_headless_ms: median(runs.init),
      all_resumed_ms: median(runs.resumed),
      reference_usable_ms: median(runs.emptyPrompt),
      reference_usable_headless_ms: median(runs.emptyInit),
      usable_x: median(runs.prompt) / median(runs.emptyPrompt),
    };
  } finally {
    for (const { home } of [crashed, empty]) await rm(home, { recursive: true, force: true });
  }
}

type Crashed = { readonly home: string; readonly chat: ChatId };

async function crash(chatCount: number, taskCount: number): Promise<Crashed> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  for (const name of playbooks) await writeFile(join(home, name), playbook);
  await writeFile(join(home, 'a.txt'), 'The file a.\n');
  const script = join(import.meta.dirname, 'recovery-child.ts');
  const args = ['--no-warnings', script, `${chatCount}`, `${taskCount}`, ...playbooks];
  const child = spawn(process.execPath, args, {
    env: environment(home),
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [said] = await once(child.stdout, 'data');
  await kill(child);
  return { home, chat: String(said).trim() as ChatId };
}

/** Starts the built program on a copy of what was left, and kills it when all tasks run again. */
async function startAgain(
  { home, chat }: Crashed,
  face: 'terminal' | 'headless',
  taskCount: number,
): Promise<{ usableMs: number; resumedMs: number }> {
  const copy = `${home}-copy`;
  await cp(home, copy, { recursive: true });
  const store = await openAt(join(copy, 'state', 'legwork.db'));
  const startedAt = Date.now();
  const begin = performance.now();
  const child = face === 'terminal' ? startInTerminal(copy, chat) : startHeadless(copy, chat);
  try {
    await seen(child, face === 'terminal' ? prompt : /"subtype":"init"/);
    const usableMs = performance.now() - begin;
    while (
      (await store.tasks({ chatId: chat, statuses: ['running'] })).filter(task => task.attempt === 2).length < taskCount
    )
      await new Promise(resolve => setTimeout(resolve, 10));
    return { usableMs, resumedMs: performance.now() - begin };
  } finally {
    // In a terminal it is in a session of its own, and not in the group of the child.
    for (const { pid } of (await store.workers()).filter(worker => worker.startedAt >= startedAt)) endNow(pid);
    await kill(child);
    await store.close();
    await rm(copy, { recursive: true });
  }
}

function startInTerminal(home: string, chat: ChatId): ChildProcess {
  const command = [process.execPath, legwork, '--resume', chat, '--model', 'playbook/recovery-0.yaml'].join(' ');
  const inPage = `stty cols 100 rows 40; exec ${command}`;
  return spawn('script', ['-qfec', inPage, '/dev/null'], { env: environment(home), cwd: home, detached: true });
}

function startHeadless(home: string, chat: ChatId): ChildProcess {
  const formats = ['--input-format', 'stream-json', '--output-format', 'stream-json'];
  const args = [legwork, '-p', '--resume', chat, '--model', 'playbook/recovery-0.yaml', ...formats];
  return spawn(process.execPath, args, { env: environment(home), cwd: home, detached: true });
}

function environment(home: string): Record<string, string> {
  return {
    HOME: home,
    LEGWORK_HOME: home,
    NO_COLOR: '1',
    TERM: 'xterm',
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  };
}

/** Resolves when its output matches. */
function seen(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', chunk => {
      output += chunk;
      if (pattern.test(output)) resolve();
    });
    child.on('close', code => reject(new Error(`It ended with ${code}: ${output}`)));
  });
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** With all that it started, as by SIGKILL. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const isGone = once(child, 'close');
  endNow(-child.pid);
  await isGone;
}
