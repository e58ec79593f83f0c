import type { House } from './check.ts';

/** What engine may know of the folders that hold adapters. */
const ports = [
  'models/model.ts',
  'tools/tool.ts',
  'tools/input.ts',
  'tools/spec.ts',
  'permissions/',
  'hooks/',
  'store/store.ts',
  'store/rows.ts',
];
const face = ['core/', 'engine/', 'tasks/', 'views/', 'agents/', 'store/'];

/** Who may import whom: paths below src; a folder ends in a slash. A module may always import from its own folder. */
export const house: House = {
  mayImport: {
    'core/': [],
    'platform/': ['core/'],
    'store/': ['core/'],
    'models/': ['core/'],
    'tools/': ['core/'],
    'permissions/': ['core/'],
    'hooks/': ['core/'],
    'agents/': ['core/'],
    'views/': ['core/'],
    'engine/': ['core/', ...ports],
    'tasks/': ['core/', 'engine/', 'agents/', 'store/', 'views/', ...ports],
    'headless/': face,
    'terminal/': face,
    'plain/': [...face, 'terminal/', 'cli.ts'],
    'tui/': [...face, 'terminal/', 'permissions/policy.ts', 'cli.ts'],
    'server/': face,
    'chaos/': ['core/', 'tasks/', 'engine/', 'agents/', 'store/', 'models/', 'tools/tool.ts', 'settings/'],
    'commands/': [
      'core/',
      'tasks/',
      'engine/',
      'agents/',
      'store/',
      'views/',
      'models/',
      'permissions/',
      'settings/',
      'chaos/',
    ],
    'web/': ['core/', 'views/'],
    'settings/': ['core/'],
    'config.ts': ['core/', 'models/', 'permissions/', 'settings/'],
    'cli.ts': ['core/', 'commands/', 'headless/'],
    'main.ts': ['*'],
    'wire.ts': ['*'],
    'person.ts': ['*'],
    'ground.ts': ['*'],
  },
  /** Concrete things: only their own folder and who may import anything sees them. */
  adapters: [
    'platform/',
    'store/sqlite/',
    'store/postgres/',
    'models/providers.ts',
    'models/letta.ts',
    'models/playbook.ts',
  ],
  packages: [
    {
      names: ['fs', 'fs/promises', 'child_process', 'node:fs', 'node:fs/promises', 'node:child_process', 'execa'],
      only: ['platform/'],
    },
    { names: ['@letta-ai/letta-client'], only: ['models/letta.ts'] },
    { names: ['process', 'node:process'], only: [] },
  ],
  words: [
    {
      name: 'process.env',
      pattern: /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[|\benv\b[^=;]*\}\s*=\s*process\b/,
      only: ['config.ts'],
    },
    {
      name: 'process.exit',
      pattern: /\bprocess\s*(?:\?\.|\.)\s*(?:exit|reallyExit|abort)\b(?!Code)|\bexit\b[^=;]*\}\s*=\s*process\b/,
      only: ['main.ts'],
    },
  ],
};

/** Nothing is mocked by module, and nothing is left out. In pieces, so that this file is not found. */
export const forbiddenInTests = [
  ['vi', '.mock('],
  ['vi', '.doMock('],
  ['.on', 'ly('],
  ['.sk', 'ip('],
  ['.sk', 'ipIf('],
  ['.to', 'do('],
].map(pieces => pieces.join(''));
