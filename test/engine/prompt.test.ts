import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { primaryPrompt, readMemory, type Surroundings, subagentPrompt } from '../../src/engine/prompt.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const files = createNodeFiles();

async function workspace(content: Record<string, string>): Promise<Surroundings> {
  const root = await temporaryDirectory();
  const cwd = join(root, 'a', 'b');
  await mkdir(cwd, { recursive: true });
  for (const [path, text] of Object.entries(content)) await writeFile(join(root, path), text);
  const levels = [cwd, join(root, 'a'), root];
  return { cwd, home: root, levels, platform: 'linux', today: '2026-11-21', isRepository: true };
}

test('the nearest instructions come last, and AGENTS.md goes before CLAUDE.md of the same folder', async () => {
  const at = await workspace({
    'AGENTS.md': 'far',
    'a/CLAUDE.md': 'ignored',
    'a/AGENTS.md': 'near',
    'a/b/CLAUDE.md': 'nearest',
  });

  const memory = await readMemory(files, at, [], limits);

  expect(memory).toMatch(/far[\s\S]*near[\s\S]*nearest$/);
  expect(memory).not.toContain('ignored');
});

test('a file that is too large is cut in the middle and says so', async () => {
  const at = await workspace({ 'AGENTS.md': `start${'x'.repeat(limits.memoryFileBytes * 3)}` });

  const memory = await readMemory(files, at, [], limits);

  expect(memory.length).toBeLessThan(limits.memoryFileBytes + 500);
  expect(memory).toContain('characters left out');
});

test('all instructions together are bounded', async () => {
  const at = await workspace({ 'AGENTS.md': 'x'.repeat(60_000), 'a/AGENTS.md': 'y'.repeat(60_000) });

  const memory = await readMemory(files, at, [], { ...limits, memoryTotalBytes: 70_000 });

  expect(memory.length).toBeLessThan(71_000);
});

test('without instructions nothing is added', async () => {
  const at = await workspace({});

  expect(await readMemory(files, at, [], limits)).toBe('');
  expect(primaryPrompt(at, '', '')).toContain(`Working directory: ${at.cwd}`);
  expect(subagentPrompt('You look.', at, '')).toMatch(/^You look\./);
});

test('R2 instructions that cannot be read are said to be, and the others still count', async () => {
  const at = await workspace({ 'AGENTS.md': 'far', 'a/AGENTS.md': 'x' });
  const locked = join(at.home, 'a', 'AGENTS.md');
  const refuse = () => Object.assign(new Error(`EACCES: permission denied, open '${locked}'`), { code: 'EACCES' });
  const readBytes: typeof files.readBytes = async (path, options) => {
    if (path === locked) throw refuse();
    return files.readBytes(path, options);
  };

  const memory = await readMemory({ ...files, readBytes }, at, [], limits);

  expect(memory).toContain('far');
  expect(memory).toContain(`Instructions that may be in ${locked} could not be read: EACCES: permission denied`);
});

test('R2 instructions that a link leads nowhere to are said, by the real file system', async () => {
  const at = await workspace({ 'AGENTS.md': 'far' });
  await symlink('AGENTS.md', join(at.cwd, 'AGENTS.md'));

  const memory = await readMemory(files, at, [], limits);

  expect(memory).toContain('far');
  expect(memory).toContain(`Instructions that may be in ${join(at.cwd, 'AGENTS.md')} could not be read: ELOOP`);
});
