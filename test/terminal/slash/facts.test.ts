import { expect, test } from 'vitest';
import { slashCommands } from '../../../src/plain/commands.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { createWorld } from '../../fakes/program.ts';
import { cast, says, uses } from '../../fakes/script-model.ts';
import { createStage } from '../../fakes/stage.ts';

const errand = ['Task', { subagent_type: 'explore', prompt: 'look', description: 'look around' }] as const;

async function begin(columns = 80) {
  const world = await createWorld(
    cast([uses(errand), says('found', { usage: { inputTokens: 1_200, outputTokens: 34, costUsd: 0.5 } })], {
      look: says('it is here', { usage: { inputTokens: 40_000, outputTokens: 100 } }),
    }),
    { contextWindow: 10_000 },
  );
  const program = await world.open();
  await program.say('where is it?');
  await program.quiet();
  return { program, stage: createStage(program, slashCommands, { columns }) };
}

test('/context draws what fills the window of the next request', async () => {
  const { stage } = await begin();

  const rows = await stage.give('context');

  expect(rows[1]).toMatch(/^[\d.]+k of 10k tokens, by estimate \(\d+ %\)$/);
  expect(rows.slice(2).map(row => row.replace(/ +[\d.]+k? {2}/g, ' N  ').replace(/[\d.]+k?|below/g, 'N'))).toEqual([
    '  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ N  system prompt (N %)',
    expect.stringMatching(/^ {2}█+░+ N {2}tools \(N %\)$/),
    '  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ N  what people and tasks said (N N %)',
    '  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ N  answers and calls (N N %)',
    '  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ N  results of tools (N N %)',
    expect.stringMatching(/^ {2}█+░* N {2}free \(N %\)$/),
    '  from N on what is older becomes a summary by itself',
    '  the provider counted N for the last request',
  ]);
});

test('/cost tells of each task and of all, and takes no unknown price for zero', async () => {
  const { stage } = await begin();

  const rows = await stage.give('cost');

  expect(rows.slice(1).map(row => row.replace(/ {3,}/g, ' | '))).toEqual([
    '  the conversation | 1.3k tokens, $0.50',
    '  look around | 40.1k tokens, cost not known',
    '  in all, with 1 task | 41.4k tokens, at least $0.50',
  ]);
});

test('/agents lists the definitions and what is wrong with files', async () => {
  const { program } = await begin();
  const found = {
    agents: await program.base.agents.list().then(({ agents }) => agents),
    problems: [{ path: '/work/bad.md', line: 2, level: 'error' as const, message: 'no name \u001b[2J' }],
  };
  const base = { ...program.base, agents: { list: async () => found, refresh: async () => found } };
  const stage = createStage(program, slashCommands, { program: { base } });

  expect((await stage.give('agents')).slice(1)).toEqual([
    '  general-purpose built in',
    '    Does general-purpose.',
    '  explore built in',
    '    Does explore.',
    '! /work/bad.md:2: error: no name \ufffd[2J',
  ]);
});

test('/permissions and /mode tell and change what is done without asking', async () => {
  const { program, stage } = await begin();
  await program.chat.session.changePolicy({ kind: 'allow', tool: 'Bash', pattern: 'npm test' });

  await stage.give('mode', 'acceptEdits');
  await expect(stage.give('mode', 'sometimes')).rejects.toThrow('unknown permission mode "sometimes"');

  expect(await stage.give('mode')).toEqual(['> /mode', '  mode accept-edits']);
  expect(await stage.give('permissions')).toEqual([
    '> /permissions',
    'mode accept-edits',
    '  allow  Bash(npm test)  from this chat',
  ]);
});

test('/permissions forget takes back what was allowed in this chat, and nothing else', async () => {
  const { program, stage } = await begin();
  await program.chat.session.changePolicy({ kind: 'allow', tool: 'Bash', pattern: 'npm test' });

  await expect(stage.give('permissions', 'forget Bash')).rejects.toThrow(
    'this chat allows no "Bash"; it allows Bash(npm test)',
  );
  await stage.give('permissions', 'forget Bash(npm test)');

  expect(program.chat.policy.changes().allowed).toEqual([]);
  await expect(stage.give('permissions', 'please')).rejects.toThrow('takes nothing, or forget and a rule');
});

test('the mode bypass is not had by a command when the program was not started with it', async () => {
  const { program } = await begin();
  const policy = { mode: 'ask' as const, rules: [], roots: ['/work'] };
  const stage = createStage(program, slashCommands, { program: { policy } });

  await expect(stage.give('mode', 'bypass')).rejects.toThrow('--permission-mode bypass');
});

test('/model checks the handle, and the next turn asks it', async () => {
  const { program, stage } = await begin();
  const models = {
    ...program.base.models,
    check: async (handle: string) => {
      if (handle !== 'good/model') throw new Error(`no ${handle}`);
      return handle;
    },
  };
  const checked = createStage(program, slashCommands, { program: { base: { ...program.base, models } } });

  await expect(checked.give('model', 'bad/model')).rejects.toThrow('no bad/model');
  await checked.give('model', 'good/model');

  expect(checked.choice).toEqual({ handle: 'good/model', why: '/model' });
  expect(await stage.give('model')).toEqual(['> /model', '  test/model (test)']);
});

test.each([1, 12, 40])('no row of these is wider than %i columns', async columns => {
  const { stage } = await begin(columns);

  for (const name of ['help', 'context', 'cost', 'agents', 'permissions', 'tasks']) await stage.give(name);

  const wide = stage.rows.filter(row => widthOf(row) > Math.max(columns, 12));
  expect(wide).toEqual([]);
});
