import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createMachine } from '../fakes/run-program.ts';

/** Many steps without a pause: there is nearly always a commit under way. */
const replies = `replies:
  - when: { step: 80 }
    say: Done at last.
default:
  say: Looking on.
  call: [{ tool: Glob, input: { pattern: "*.{{step}}" } }]
`;

async function stateOf(pid: number): Promise<string | undefined> {
  return /^State:\s+(\S)/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1];
}

test('R12 Ctrl+Z, thirty times: it stops a program between its commits, others can write meanwhile, and it goes on with fg', async () => {
  const machine = await createMachine(replies);
  const program = machine.start(['-p', '--verbose', '--max-turns', '400', 'go'], '');
  const { pid } = program.child;
  if (pid === undefined) throw new Error('the program did not start');
  onTestFinished(() => void program.child.kill('SIGCONT'));
  await program.sees('stderr', 'Glob');
  const other = new Database(join(machine.home, 'state', 'legwork.db'), { timeout: 0 });
  onTestFinished(() => void other.close());

  let stops = 0;
  for (; stops < 30; stops += 1) {
    program.child.kill('SIGTSTP');
    await expect.poll(() => stateOf(pid), { interval: 2 }).toBe('T');
    other.exec('BEGIN IMMEDIATE; ROLLBACK');
    program.child.kill('SIGCONT');
    await expect.poll(() => stateOf(pid), { interval: 2 }).not.toBe('T');
  }
  const ended = await program.ended;

  expect(ended).toMatchObject({ code: 0, stdout: 'Done at last.\n' });
}, 60_000);

test('stopMs is the time after which Ctrl+Z stops a program whose commit does not come to its end', async () => {
  const machine = await createMachine(replies);
  const program = machine.start(['-p', '--verbose', '--max-turns', '400', 'go'], '');
  const { pid } = program.child;
  if (pid === undefined) throw new Error('the program did not start');
  onTestFinished(() => void program.child.kill('SIGCONT'));
  let calls = 0;
  program.child.stderr?.on('data', (text: string) => {
    calls += text.split('Glob').length - 1;
  });
  await program.sees('stderr', 'Glob');
  const other = new Database(join(machine.home, 'state', 'legwork.db'), { timeout: 10_000 });
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  const seen = [-1];
  // It waits for the other one: no call is made any more.
  await expect.poll(() => seen.push(calls) > 1 && seen.at(-2) === calls, { interval: 300, timeout: 20_000 }).toBe(true);
  const begin = performance.now();

  program.child.kill('SIGTSTP');
  await expect.poll(() => stateOf(pid), { interval: 5 }).toBe('T');
  const tookMs = performance.now() - begin;
  other.exec('ROLLBACK');
  program.child.kill('SIGCONT');

  expect(await program.ended).toMatchObject({ code: 0 });
  expect(tookMs).toBeGreaterThan(limits.stopMs / 2);
}, 60_000);
