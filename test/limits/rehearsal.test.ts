import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { createActor } from '../../src/chaos/actor.ts';
import { runChaos } from '../../src/chaos/chaos.ts';
import { faultyModel } from '../../src/chaos/faulty-model.ts';
import { calm, type Plan } from '../../src/chaos/plan.ts';
import type { Said } from '../../src/chaos/said.ts';
import { scriptFor } from '../../src/chaos/script.ts';
import { slowTools } from '../../src/chaos/slow-tools.ts';
import { setStage } from '../../src/chaos/stage.ts';
import type { AgainOptions, Ground } from '../../src/core/ground.ts';
import { limits } from '../../src/core/limits.ts';
import type { Io, ProcessEnd } from '../../src/core/ports.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { copyTree } from '../../src/platform/scratch.ts';
import { toolInput } from '../../src/tools/input.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { agentNamed } from '../fakes/agent-named.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { ask, collect, never } from '../fakes/models.ts';
import { createWorld, until } from '../fakes/program.ts';
import { createScriptModel, latch, onceOpen, says } from '../fakes/script-model.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

/** A ground whose program is a function: it gets its plan and says lines. */
async function groundWith(program: (plan: Plan, say: (said: Said | string) => void) => Partial<ProcessEnd>) {
  const root = await temporaryDirectory();
  for (const name of ['work', 'home', 'config']) await mkdir(join(root, name));
  const files = createNodeFiles();
  const plans: Plan[] = [];
  let made = 0;
  const again = (args: readonly string[], options: AgainOptions) => {
    const run = async (): Promise<ProcessEnd> => {
      const plan: Plan = JSON.parse(await files.readText(args[2] ?? ''));
      plans.push(plan);
      const said = program(plan, one => options.onOutput(`${typeof one === 'string' ? one : JSON.stringify(one)}\n`));
      return { reason: 'exited', exitCode: 0, signal: undefined, output: '', omittedBytes: 0, durationMs: 0, ...said };
    };
    return { pid: 1, done: run(), output: () => '', stop: async () => undefined };
  };
  const ground: Partial<Ground> = {
    files,
    clock: createFakeClock(),
    workspace: join(root, 'work'),
    home: join(root, 'home'),
    configDir: join(root, 'config'),
    limits,
    costOf: () => undefined,
    copyTree,
    processesIn: () => [],
    again,
    makeScratch: async () => {
      made += 1;
      const path = join(root, `scratch-${made}`);
      await mkdir(path);
      return path;
    },
  };
  return { ground: ground as Ground, root, plans }; // all that a rehearsal asks of it
}

const options = (seed: number, rounds: number) => ({
  part: { name: 'test', playbook: '', prompts: ['go'] },
  model: 'm',
  seed,
  rounds,
  untilMs: 0,
  workspace: undefined,
  args: [],
  signal: never,
  onRound: () => undefined,
});
const dies = (plan: Plan, say: (said: Said) => void): Partial<ProcessEnd> => {
  if (plan.dieAt !== undefined) return { exitCode: undefined, signal: 'SIGKILL' };
  say({ kind: 'done', steps: 100 * plan.chats });
  return {};
};

test('chaosCrashes bounds the crashes of a round, and chaosChats is how often the part is played undisturbed', async () => {
  const { ground, plans } = await groundWith(dies);

  const report = await runChaos(ground, options(1, 30));

  const [first, ...rest] = plans;
  const kills = rest.map(plan => plan.dieAt);
  let inARow = 0;
  let longest = 0;
  for (const at of kills) {
    inARow = at === undefined ? 0 : inARow + 1;
    longest = Math.max(longest, inARow);
  }
  expect(first).toMatchObject({ chats: limits.chaosChats, odds: calm });
  expect(longest).toBe(limits.chaosCrashes);
  expect(report).toMatchObject({ rounds: 30, lost: [], leaked: [], broken: [] });
});

test('chaosLeakBytes is what a chat may leave in the heap', async () => {
  const growing = (perChat: number) =>
    groundWith((plan, say) => {
      for (let chat = 1; chat <= plan.chats; chat += 1) say({ kind: 'vitals', heapBytes: chat * perChat, handles: {} });
      return dies(plan, say);
    });
  const little = await growing(limits.chaosLeakBytes - 1);
  const much = await growing(limits.chaosLeakBytes + 1);

  const fine = await runChaos(little.ground, options(1, 1));
  const leaking = await runChaos(much.ground, options(1, 1));

  expect(fine.leaked).toEqual([]);
  expect(leaking.leaked[0]).toContain('in the heap');
});

test('chaosFindings and chaosNoiseChars bound what is told of a program that goes wrong', async () => {
  const { ground } = await groundWith((plan, say) => {
    if (plan.chats > 1) return dies(plan, say);
    for (let number = 0; number < limits.chaosFindings * 2; number += 1)
      say({ kind: 'stuck', chatId: `chat_${number}` as never });
    say('x'.repeat(limits.chaosNoiseChars * 3) as never);
    return { exitCode: 1 };
  });

  const report = await runChaos(ground, options(1, 1));

  expect(report.unwoken).toHaveLength(limits.chaosFindings);
  expect(report.broken[0]?.length).toBeLessThan(limits.chaosNoiseChars);
});

test('chaosAgents bounds the agents that the script sends', () => {
  const agents = Array.from({ length: limits.chaosAgents + 5 }, (_, number) => agentNamed(`agent-${number}`));

  const { replies } = JSON.parse(scriptFor(agents));

  expect(replies[0].call).toHaveLength(limits.chaosAgents);
});

test('chaosLateMs bounds a rehearsed delay, of an answer and of a tool', async () => {
  const clock = createFakeClock();
  const options = {
    odds: { ...calm, slow: 1, slowTool: 1 },
    next: () => 0.999,
    clock,
    tell: () => undefined,
    step: () => undefined,
  };
  const model = faultyModel(
    createScriptModel(() => says('ok')),
    options,
  );
  const [tool] = slowTools(
    [
      defineTool({
        name: 'T',
        prompt: '',
        input: toolInput('T', () => z.strictObject({})),
        access: 'read',
        run: async () => ({ text: 'ok' }),
      }),
    ],
    options,
  );
  const asking = collect(model.stream(ask('hi'), never));
  const running = tool?.run({}, { chatId: 'c', lane: 'main', callId: '1', signal: never } as never);

  await clock.advance(limits.chaosLateMs);

  expect((await asking).at(-1)).toMatchObject({ type: 'answered' });
  expect(await running).toEqual({ text: 'ok' });
});

test('chaosChatMs is the time after which a chat is stuck', async () => {
  const world = await createWorld(onceOpen(latch(), says('never')));
  const program = await world.open();
  const said: Said[] = [];
  const io = { out: async (line: string) => void said.push(JSON.parse(line)) } as unknown as Io;
  const plan: Plan = { seed: 1, handle: 'm', model: 'm', prompts: ['go'], odds: calm, chats: 1 };
  const ground = { clock: world.clock, crash: () => undefined, vitals: () => ({ heapBytes: 0, handles: {} }), limits };
  const { base, store } = program;
  const own = {
    base,
    store,
    limits,
    user: 'user_test',
    workspace: '/elsewhere',
    pid: 9,
    host: 'test',
    policy: { mode: 'bypass', rules: [], roots: [] },
  };
  const acting = createActor(plan, ground, io).act(own as never, never);
  await until(() => said.some(one => one.kind === 'sent'));

  await world.clock.advance(limits.chaosChatMs - 1_000);
  const before = said.some(one => one.kind === 'stuck');
  await world.clock.advance(2_000);
  await acting;

  expect(before).toBe(false);
  expect(said.some(one => one.kind === 'stuck')).toBe(true);
});

test('chaosRounds is how many rounds there are without --rounds', async () => {
  const { ground } = await groundWith(dies);

  const report = await runChaos(ground, options(2, limits.chaosRounds));

  expect(report.rounds).toBe(limits.chaosRounds);
});

test('chaosWorkspaceBytes bounds a workspace that is copied', async () => {
  const { ground, root } = await groundWith(dies);
  await mkdir(join(root, 'mine'));
  await writeFile(join(root, 'mine', 'large'), '');
  const { truncate } = await import('node:fs/promises');
  await truncate(join(root, 'mine', 'large'), limits.chaosWorkspaceBytes + 1);

  await expect(setStage(ground, join(root, 'mine'))).rejects.toThrow(`${limits.chaosWorkspaceBytes} bytes`);
  expect(await readdir(join(root, 'mine'))).toEqual(['large']);
  expect(await readdir(root)).not.toContain('scratch-1');
});
