import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { createChat } from '../../../src/tasks/open-chat.ts';
import type { Program, ProviderView } from '../../../src/tasks/program.ts';
import { runCommand } from '../../../src/terminal/slash/command.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { agentNamed } from '../../fakes/agent-named.ts';
import { createWorld, type TestProgram, user } from '../../fakes/program.ts';
import { cast, says } from '../../fakes/script-model.ts';
import { createStage } from '../../fakes/stage.ts';
import { createDesk } from '../desk.ts';

async function begin(parts: (program: TestProgram) => Partial<Program> = () => ({})) {
  const world = await createWorld(cast([says('an answer')]), {
    agents: [agentNamed('explore', { tools: ['Read', 'Grep'], description: 'Looks at code.' })],
  });
  const program = await world.open();
  const stage = createStage(program, [], { program: parts(program) });
  const desk = createDesk(stage, 70);
  return { program, stage, desk, give: (name: string, rest = '') => runCommand(slashCommands, desk, name, rest) };
}

async function chat(program: TestProgram, title: string, cwd: string, said: string) {
  const id = await createChat(program.base, { user, cwd, title });
  const turnId = program.base.ids('turn');
  await program.store.write(tx =>
    tx.append(id, 'main', 1, [
      {
        type: 'model:answered',
        turnId,
        model: 'test/model',
        text: said,
        calls: [],
        stop: 'end',
        usage: {},
        durationMs: 1,
      },
    ]),
  );
  return id;
}

test('/resume chooses among the chats of the folder, with the last words of each; Tab shows those of all', async () => {
  const { program, stage, desk, give } = await begin();
  const here = await chat(program, 'release notes', '/work', 'they are\nwritten \u001b[2J');
  const there = await chat(program, 'of another folder', '/other', 'there');

  await give('chats');
  const opened = desk.drawn();
  await desk.settled();
  const previewed = desk.drawn();
  desk.press('tab');
  await desk.settled();
  const everywhere = desk.drawn();
  desk.press('a', 'n', 'o', 't', 'h', 'e', 'r', 'return');

  const short = (id: string) => id.slice(-8);
  expect(opened.slice(0, 3)).toEqual(['Chats of this folder (1)', 'search: ', `› release notes  ${short(here)} now`]);
  expect(previewed).toContain('they are');
  expect(previewed).toContain('written \\x1b[2J');
  expect(everywhere.slice(0, 3)).toEqual([
    'Chats of all folders (2)',
    'search: ',
    `› of another folder  ${short(there)} now /other`,
  ]);
  expect(stage.destinations).toMatchObject([{ kind: 'chat', chat: { id: there } }]);
  expect(desk.hasPane()).toBe(false);
});

test('Escape closes the list and changes nothing', async () => {
  const { stage, desk, give } = await begin();

  await give('resume');
  const shown = desk.drawn();
  desk.press('escape');

  expect(shown[2]).toBe('  there is no other chat of this folder; Tab shows those of all');
  expect(desk.hasPane()).toBe(false);
  expect(stage.destinations).toEqual([]);
});

test('chatsOffered bounds the chats that are offered', async () => {
  const { program, desk, give } = await begin(({ base }) => ({ limits: { ...base.limits, chatsOffered: 3 } }));
  for (const title of ['one', 'two', 'three']) await chat(program, title, '/work', title);

  await give('resume');

  expect(desk.drawn()[0]).toBe('Chats of this folder (2)');
});

const provider = (name: string, more: Partial<ProviderView> = {}): ProviderView => ({
  name,
  problem: undefined,
  isLocal: false,
  list: async () => ({ models: ['small', 'large'], source: 'endpoint' }),
  ...more,
});

test('/model chooses among what the providers offer; one that fails keeps nobody from choosing', async () => {
  const down = async () => {
    throw new AppError('provider', 'does not answer');
  };
  const { stage, desk, give } = await begin(() => ({
    providers: [provider('acme'), provider('down', { list: down }), provider('unset', { problem: 'no key' })],
  }));

  await give('model');
  const shown = desk.drawn();
  desk.press('l', 'a', 'r', 'return');
  await desk.settled();

  expect(shown.slice(0, 5)).toEqual([
    'Model (now test/model) (3)',
    'search: ',
    '› acme/large  200k tokens',
    '  acme/small  200k tokens',
    '  playbook/demo  200k tokens',
  ]);
  expect(stage.notices[1]).toBe('down: does not answer; and 1 more: `legwork models list` tells of all');
  expect(stage.choice).toEqual({ handle: 'acme/large', why: '/model' });
});

test('S30 /agents shows the definitions, and first what is wrong with files', async () => {
  const problem = { path: '/work/bad.md', line: 2, level: 'error' as const, message: 'no name' };
  const { desk, give } = await begin(({ base }) => {
    const found = async () => ({ agents: (await base.agents.list()).agents, problems: [problem] });
    return { base: { ...base, agents: { list: found, refresh: found } } };
  });

  await give('agents');
  const shown = desk.drawn();
  desk.press('down');
  const previewed = desk.drawn();
  desk.press('return');
  const whole = desk.drawn();

  expect(shown.slice(0, 4)).toEqual([
    'Subagents (2)',
    'search: ',
    '› /work/bad.md:2: error: no name',
    '  explore  Looks at code.',
  ]);
  expect(previewed.slice(-5, -1)).toEqual([
    'Looks at code.',
    '  from   built in',
    '  model  inherit',
    '  tools  Read, Grep',
  ]);
  expect(whole.map(row => row.trimEnd())).toContain('You are explore.');
});
