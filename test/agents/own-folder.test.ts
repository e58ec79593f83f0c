import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgents } from '../../src/agents/agents.ts';
import { readBuiltIns } from '../../src/agents/discover.ts';
import { loadConfig } from '../../src/config.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { knownTools } from './folder.ts';

const root = join(import.meta.dirname, '../..');
const nowhere = join(root, 'test', 'no-such-home');

test('the definitions of this repository are read without a problem', async () => {
  const builtIns = () => readBuiltIns([], knownTools);
  const agents = createAgents({ files: createNodeFiles(), cwd: root, home: nowhere, builtIns, knownTools });

  const { agents: found, problems } = await agents.list();

  expect(problems).toEqual([]);
  expect(found.map(agent => agent.name)).toEqual(['house-reviewer', 'terminal-tester']);
});

test('the settings of this repository act, without a warning', async () => {
  const config = await loadConfig({
    env: {},
    flags: {},
    cwd: root,
    home: nowhere,
    directories: { state: nowhere, config: nowhere, cache: nowhere },
    files: createNodeFiles(),
    knownTools,
    providersFrom: () => [],
  });

  expect(config.warnings).toEqual([]);
  expect(config.rules).toHaveLength(5);
});
