import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNodeFiles } from '../../src/platform/files.ts';
import { directoriesOf, makeDirectories } from '../../src/platform/paths.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const home = '/home/ada';

test.each([
  ['the home', {}, '/home/ada/.local/state/legwork', '/home/ada/.config/legwork', '/home/ada/.cache/legwork'],
  [
    'XDG',
    { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k' },
    '/s/legwork',
    '/c/legwork',
    '/k/legwork',
  ],
  [
    'the home where XDG is relative',
    { XDG_STATE_HOME: 's' },
    '/home/ada/.local/state/legwork',
    '/home/ada/.config/legwork',
    '/home/ada/.cache/legwork',
  ],
  ['LEGWORK_HOME before all', { LEGWORK_HOME: '/l', XDG_STATE_HOME: '/s' }, '/l/state', '/l/config', '/l/cache'],
])('directories come from %s', (_, env, state, config, cache) => {
  expect(directoriesOf({ env, home, platform: 'linux' })).toEqual({ state, config, cache });
});

test('a relative LEGWORK_HOME is refused', () => {
  expect(() => directoriesOf({ env: { LEGWORK_HOME: 'here' }, home, platform: 'linux' })).toThrow(
    'LEGWORK_HOME must be an absolute path (received "here")',
  );
});

test('R43 the directories are made with mode 0700 under umask 000', async () => {
  const root = await temporaryDirectory();
  const directories = directoriesOf({ env: { LEGWORK_HOME: join(root, 'deep/home') }, home, platform: 'linux' });
  const umask = process.umask(0);

  await makeDirectories(createNodeFiles(), directories).finally(() => process.umask(umask));

  const modes = await Promise.all(
    [join(root, 'deep'), ...Object.values(directories)].map(async path => (await stat(path)).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o700]);
});

test.each(['/proc/legwork', '/proc/self/legwork', '/dev/null/legwork'])(
  'R2 below %s nothing can be made: that is said at once, and what would be right',
  async home => {
    const directories = directoriesOf({ env: { LEGWORK_HOME: home }, home, platform: 'linux' });

    const made = makeDirectories(createNodeFiles(), directories);

    await expect(made).rejects.toMatchObject({
      fault: 'store',
      message: expect.stringMatching(/^the folder .*legwork\/state cannot be made \(E\w+: .*\); .* LEGWORK_HOME/),
    });
  },
);
