import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refreshReport } from '../../src/agents/report.ts';
import { limits } from '../../src/core/limits.ts';
import { expectWithin } from '../fakes/pace.ts';
import { definition, type Folder, makeFolder, shippedBuiltIns } from './folder.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.dispose());

const prompts = async (agents: ReturnType<Folder['agents']>) =>
  Object.fromEntries((await agents.list()).agents.map(agent => [agent.name, agent.prompt]));
const said = (name: string, prompt: string) => definition(name).replace(`You are ${name}.`, prompt);

test('S32 the built-ins are there and are what they are to be', async () => {
  const { agents, problems } = await folder.agents(await shippedBuiltIns()).list();

  expect(problems).toEqual([]);
  expect(agents.map(agent => agent.name)).toEqual(['explore', 'fork', 'general-purpose', 'plan', 'recall']);
  const byName = Object.fromEntries(agents.map(agent => [agent.name, agent]));
  expect(byName['general-purpose']).toMatchObject({ tools: 'all', model: 'inherit' });
  expect(byName.explore).toMatchObject({ tools: ['Read', 'Glob', 'Grep', 'Bash'], permissionMode: 'plan' });
  expect(byName.plan).toMatchObject({ tools: ['Read', 'Glob', 'Grep', 'Bash'], permissionMode: 'plan' });
  expect(byName.fork).toMatchObject({ tools: 'all', context: 'fork' });
  expect(byName.recall).toMatchObject({ permissionMode: 'plan' });
  for (const agent of agents) expect(agent.source.kind).toBe('built-in');
});

test('the nearer definition of a name wins', async () => {
  const builtIns = [{ name: 'a', text: said('a', 'built in') }];
  const steps = [
    'home/.claude/agents/x.md',
    'home/.letta/agents/x.md',
    'repo/.claude/agents/x.md',
    'repo/.letta/agents/x.md',
    'repo/sub/.claude/agents/x.md',
    'repo/sub/.letta/agents/x.md',
  ];
  const agents = folder.agents(builtIns);
  const seen = [(await prompts(agents)).a];

  for (const path of steps) {
    await folder.put(path, said('a', path));
    seen.push((await prompts(agents)).a);
  }

  expect(seen).toEqual(['built in', ...steps]);
});

test('folders above the repository root are not looked at', async () => {
  await folder.put('.letta/agents/x.md', definition('outside'));

  const { agents } = await folder.agents().list();

  expect(agents).toEqual([]);
});

test('outside of any repository only the working directory counts', async () => {
  await rm(join(folder.root, 'repo/.git'), { recursive: true });
  await folder.put('repo/.letta/agents/x.md', definition('above'));
  await folder.put('repo/sub/.letta/agents/x.md', definition('here'));

  const { agents } = await folder.agents().list();

  expect(agents.map(agent => agent.name)).toEqual(['here']);
});

describe('a file without a prompt', () => {
  test('changes the definition one level below, field by field', async () => {
    const builtIns = [{ name: 'a', text: definition('a', 'tools: Read, Glob', 'maxTurns: 5') }];
    await folder.put('home/.letta/agents/x.md', '---\nname: a\nmodel: x/y\nmaxTurns: 9\n---\n');
    await folder.put('repo/.letta/agents/x.md', '---\nname: a\ntools: Read\n---\n');

    const { agents, problems } = await folder.agents(builtIns).list();

    expect(problems).toEqual([]);
    expect(agents).toMatchObject([
      {
        name: 'a',
        description: 'Does things',
        tools: ['Read'],
        model: 'x/y',
        maxTurns: 9,
        prompt: 'You are a.',
        source: { kind: 'project' },
      },
    ]);
  });

  test('with nothing below it is an error with file and line', async () => {
    const path = await folder.put('repo/.letta/agents/x.md', '---\nmodel: x/y\nname: a\n---\n');

    const { agents, problems } = await folder.agents().list();

    expect(agents).toEqual([]);
    expect(problems).toMatchObject([{ path, line: 3, level: 'error' }]);
  });
});

test('S30 a bad file never takes a good one down', async () => {
  const bad = await folder.put('repo/.letta/agents/a-bad.md', '---\nname: good\ndescription: x\ntools: Raed\n---\nx');
  await folder.put('repo/.letta/agents/b-good.md', definition('good'));

  const { agents, problems } = await folder.agents().list();

  expect(agents.map(agent => agent.name)).toEqual(['good']);
  expect(problems).toEqual([
    { path: bad, line: 4, level: 'error', message: '"tools": there is no tool "Raed"; did you mean "Read"?' },
  ]);
});

test('S30 two files of a folder with one name: the first counts, the second is an error that names it', async () => {
  const first = await folder.put('repo/.letta/agents/a.md', said('x', 'first'));
  const second = await folder.put('repo/.letta/agents/b.md', said('x', 'second'));
  const agents = folder.agents();

  const { problems } = await agents.list();

  expect(await prompts(agents)).toEqual({ x: 'first' });
  expect(problems).toMatchObject([{ path: second, line: 2, message: expect.stringContaining(first) }]);
});

test('S4 refresh says how many there are and where the errors stand', async () => {
  await folder.put('repo/.letta/agents/a.md', definition('mine'));
  const bad = await folder.put('repo/.letta/agents/b.md', '---\nname: b\ndescription: x\nmodel: 7\n---\nx');
  const agents = folder.agents(await shippedBuiltIns());

  const { agents: found, problems } = await agents.refresh();

  expect(refreshReport(found, problems).split('\n')).toEqual([
    'Refreshed subagents list: found 6 total (1 custom), 1 error(s)',
    `${bad}:4: error: "model" must be "inherit" or a handle such as "anthropic/claude-sonnet-4-5"; it is 7`,
  ]);
  expect(refreshReport(found, [])).toBe('Refreshed subagents list: found 6 total (1 custom)');
});

describe('S31 changes on disk', () => {
  test('a new, a changed, a renamed and a deleted file are seen by the next look', async () => {
    const agents = folder.agents();
    const path = await folder.put('repo/.letta/agents/a.md', said('a', 'one'));
    const seen = [await prompts(agents)];

    await writeFile(path, said('a', 'other'));
    seen.push(await prompts(agents));
    await rename(path, join(folder.root, 'repo/.letta/agents/b.md'));
    seen.push(await prompts(agents));
    await rm(join(folder.root, 'repo/.letta/agents/b.md'));
    seen.push(await prompts(agents));

    expect(seen).toEqual([{ a: 'one' }, { a: 'other' }, { a: 'other' }, {}]);
  });

  test('refresh sees even a change that left size and time as they were', async () => {
    const at = new Date(1_700_000_000_000);
    const path = await folder.put('repo/.letta/agents/a.md', said('a', 'one'));
    await utimes(path, at, at);
    const agents = folder.agents();
    await agents.list();
    await writeFile(path, said('a', 'two'));
    await utimes(path, at, at);

    await agents.refresh();

    expect(await prompts(agents)).toEqual({ a: 'two' });
  });

  test('a look that begins after a change sees it, also while an earlier one is under way', async () => {
    const agents = folder.agents();
    const earlier = agents.list();
    await folder.put('repo/.letta/agents/a.md', definition('a'));

    const later = await agents.list();
    await earlier;

    expect(later.agents.map(agent => agent.name)).toEqual(['a']);
  });
});

describe('S33 hostile trees', () => {
  test('a symbolic link out of the tree is an error and nothing of it is read', async () => {
    await folder.put('secret.md', definition('secret'));
    await mkdir(join(folder.root, 'repo/.letta/agents'), { recursive: true });
    await symlink(join(folder.root, 'secret.md'), join(folder.root, 'repo/.letta/agents/x.md'));
    await symlink('/dev/zero', join(folder.root, 'repo/.letta/agents/y.md'));
    await symlink('nowhere', join(folder.root, 'repo/.letta/agents/z.md'));

    const { agents, problems } = await folder.agents().list();

    expect(agents).toEqual([]);
    expect(problems.map(problem => problem.message)).toEqual([
      expect.stringContaining('leads out of'),
      expect.stringContaining('not a file'),
      expect.stringContaining('leads nowhere'),
    ]);
  });

  test('a linked folder is no way out either', async () => {
    await folder.put('elsewhere/x.md', definition('secret'));
    await mkdir(join(folder.root, 'repo/.letta'), { recursive: true });
    await symlink(join(folder.root, 'elsewhere'), join(folder.root, 'repo/.letta/agents'));

    const { agents, problems } = await folder.agents().list();

    expect(agents).toEqual([]);
    expect(problems).toMatchObject([{ level: 'error' }]);
  });

  test('a link within the tree is fine', async () => {
    await folder.put('repo/shared/x.md', definition('shared'));
    await mkdir(join(folder.root, 'repo/.letta/agents'), { recursive: true });
    await symlink('../../shared/x.md', join(folder.root, 'repo/.letta/agents/x.md'));

    const { agents, problems } = await folder.agents().list();

    expect(agents.map(agent => agent.name)).toEqual(['shared']);
    expect(problems).toEqual([]);
  });

  test('a loop of folders, a folder named like a file and a file named like the folder are survived', async () => {
    await mkdir(join(folder.root, 'repo/.letta'), { recursive: true });
    await symlink('agents', join(folder.root, 'repo/.letta/agents'));
    await folder.put('repo/.claude/agents', 'a file');
    await mkdir(join(folder.root, 'home/.letta/agents/x.md'), { recursive: true });
    await folder.put('home/.letta/agents/y.md', definition('fine'));

    const { agents, problems } = await folder.agents().list();

    expect(agents.map(agent => agent.name)).toEqual(['fine']);
    expect(problems).toMatchObject([{ path: join(folder.root, 'repo/.letta/agents'), level: 'error' }]);
  });

  test('a 10 MB file is an error beside its neighbours', async () => {
    await folder.put('repo/.letta/agents/big.md', Buffer.alloc(10 * 1024 * 1024, 0x61));
    await folder.put('repo/.letta/agents/ok.md', definition('ok'));

    const { agents, problems } = await folder.agents().list();

    expect(agents.map(agent => agent.name)).toEqual(['ok']);
    expect(problems).toMatchObject([{ message: expect.stringContaining(`at most ${limits.definitionBytes}`) }]);
  });

  test('of 10,000 files the bounded number is read, and the rest is said', async () => {
    for (let start = 0; start < 10_000; start += 500) {
      const some = Array.from({ length: 500 }, (_, index) => start + index);
      await Promise.all(some.map(index => folder.put(`repo/.letta/agents/a${index}.md`, definition(`a${index}`))));
    }
    const agents = folder.agents(await shippedBuiltIns());
    await expectWithin(10_000, async () => {
      const started = performance.now();
      const { agents: found, problems } = await agents.list();
      const tookMs = performance.now() - started;

      expect(found).toHaveLength(limits.definitionFiles + 5);
      expect(problems).toMatchObject([
        { level: 'error', message: expect.stringContaining('8000 of this folder are left out') },
      ]);
      return tookMs;
    });
  });
});
