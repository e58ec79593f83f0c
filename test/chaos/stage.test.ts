import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { setStage } from '../../src/chaos/stage.ts';
import type { Ground } from '../../src/core/ground.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { copyTree } from '../../src/platform/scratch.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

let root = '';
beforeEach(async () => {
  root = await temporaryDirectory();
  await mkdir(join(root, 'repo', 'part', '.letta', 'agents'), { recursive: true });
  await mkdir(join(root, 'repo', '.git'));
  await mkdir(join(root, 'user', '.letta', 'agents'), { recursive: true });
  await mkdir(join(root, 'config'));
  await mkdir(join(root, 'scratch'));
});

function ground(): Ground {
  const parts: Partial<Ground> = {
    files: createNodeFiles(),
    workspace: join(root, 'repo', 'part'),
    home: join(root, 'user'),
    configDir: join(root, 'config'),
    makeScratch: async () => join(root, 'scratch'),
    copyTree,
  };
  return parts as Ground; // a stage needs nothing else
}

test('a stage has the definitions and the settings that act, each at its level, and nothing else', async () => {
  await writeFile(join(root, 'repo', 'part', '.letta', 'agents', 'near.md'), 'near');
  await writeFile(join(root, 'user', '.letta', 'agents', 'far.md'), 'far');
  await writeFile(join(root, 'repo', 'part', 'secret.txt'), 'mine');
  const own = { limits: { task_depth: 2 }, providers: [], hooks: {}, permissions: { deny: ['Bash'] } };
  await writeFile(join(root, 'config', 'settings.json'), JSON.stringify(own));

  const stage = await setStage(ground(), undefined);

  const home = join(root, 'scratch', 'home');
  const kept = JSON.parse(await readFile(join(home, 'legwork', 'config', 'settings.json'), 'utf8'));
  expect(stage.work).toBe(join(root, 'scratch', 'project', 'part'));
  expect(await readdir(stage.work)).toEqual(['.letta']);
  expect(await readFile(join(stage.work, '.letta', 'agents', 'near.md'), 'utf8')).toBe('near');
  expect(await readFile(join(home, '.letta', 'agents', 'far.md'), 'utf8')).toBe('far');
  expect(kept).toEqual({ limits: { task_depth: 2 }, permissions: { deny: ['Bash'] } });
  expect(stage.remarks.join()).toContain('hooks');
});

test('a workspace is copied without its links', async () => {
  await mkdir(join(root, 'mine'));
  await writeFile(join(root, 'mine', 'a.txt'), 'a');
  await symlink(join(root, 'user'), join(root, 'mine', 'out'));

  const stage = await setStage(ground(), join(root, 'mine'));

  expect((await readdir(stage.work)).filter(name => name !== '.letta')).toEqual(['a.txt']);
});

test('a workspace that is too large, or no folder, is refused', async () => {
  await writeFile(join(root, 'file'), 'x'.repeat(100));

  await expect(copyTree(join(root, 'file'), join(root, 'copy'), 10)).rejects.toThrow('larger than 10 bytes');
  await expect(setStage(ground(), 'nowhere')).rejects.toThrow('--workspace must be a folder');
});
