import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { expectWithin } from '../fakes/pace.ts';
import { createWorkspace } from '../fakes/workspace.ts';

/** Files by path, the first the oldest. */
async function withFiles(contents: Record<string, string>, options: Parameters<typeof createWorkspace>[0] = {}) {
  const workspace = await createWorkspace(options);
  for (const [index, [name, text]] of Object.entries(contents).entries()) {
    const path = workspace.path(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await utimes(path, 1_000 + index, 1_000 + index);
  }
  return workspace;
}

const project = {
  '.gitignore': 'dist/\n*.log\n',
  'src/a.ts': 'const alpha = 1;\nconst beta = 2;\n',
  'src/deep/b.ts': 'const Alpha = 3;\n',
  'dist/out.ts': 'const alpha = 4;\n',
  'debug.log': 'alpha\n',
  '.hidden/c.ts': 'alpha\n',
  '.git/config.ts': 'alpha\n',
  'read me.md': '# alpha\n',
};

test.each([
  ['**/*.ts', {}, ['.hidden/c.ts', 'src/deep/b.ts', 'src/a.ts']],
  ['*.ts', {}, ['.hidden/c.ts', 'src/deep/b.ts', 'src/a.ts']],
  ['src/*.ts', {}, ['src/a.ts']],
  ['*.{md,log}', {}, ['read me.md']],
  ['*.log', { include_ignored: true }, ['debug.log']],
  ['**/*.ts', { path: 'src' }, ['src/deep/b.ts', 'src/a.ts']],
  ['dist/**', {}, ['dist/out.ts']],
  ['src/a.ts', {}, ['src/a.ts']],
])('Glob %s with %j finds the newest first and leaves out what is ignored', async (pattern, more, expected) => {
  const { use } = await withFiles(project);

  const result = await use('Glob', { pattern, ...more });

  expect(result.text.split('\n')).toEqual(expected);
});

test('Glob takes absolute patterns and shows what lies elsewhere by its whole path', async () => {
  const { use, root } = await withFiles(project);
  await writeFile(join(root, 'beside.ts'), '');

  const result = await use('Glob', { pattern: `${root}/*.ts` });

  expect(result.text).toBe(join(root, 'beside.ts'));
});

test('Glob returns so many and says how many there are', async () => {
  const { use, path } = await createWorkspace();
  const count = limits.globResults + 7;
  await Promise.all(Array.from({ length: count }, (_, index) => writeFile(path(`${index}.txt`), '')));

  const result = await use('Glob', { pattern: '*.txt' });

  expect(result.text.split('\n')).toHaveLength(limits.globResults + 1);
  expect(result.text).toMatch(
    /\[1000 of 1007 files, the most recently changed\. Narrow the pattern to see others\.\]$/,
  );
});

test('Glob says when nothing matches and when the directory is not there', async () => {
  const { use, path } = await withFiles(project);

  const nothing = await use('Glob', { pattern: '*.rs' });
  const missing = await use('Glob', { pattern: 'scr/*.ts' });

  expect(nothing).toMatchObject({ text: expect.stringContaining('No file matches *.rs') });
  expect(missing).toMatchObject({ isError: true, text: expect.stringContaining(`Did you mean ${path('src')}?`) });
});

test('a pattern that is made to take for ever does not', async () => {
  const { use } = await withFiles({ [`${'a'.repeat(100)}b`]: '' });

  await expectWithin(5_000, async () => {
    const begin = performance.now();
    await use('Glob', { pattern: `+(+(+(a|aa)|aaa))!(${'*'.repeat(200)})c` });
    await use('Glob', { pattern: `${'*a'.repeat(40)}c` });
    return performance.now() - begin;
  });
});

test('Grep lists files, lines with context, and counts', async () => {
  const { use } = await withFiles(project);

  const files = await use('Grep', { pattern: 'alpha' });
  const lines = await use('Grep', { pattern: 'beta', output_mode: 'content', context: 1, path: 'src' });
  const counts = await use('Grep', { pattern: 'const', output_mode: 'count', path: 'src' });
  const one = await use('Grep', { pattern: 'alpha', output_mode: 'content', path: 'src/a.ts' });

  expect(files.text.split('\n')).toEqual(['read me.md', '.hidden/c.ts', 'src/a.ts']);
  expect(lines.text).toBe('src/a.ts-1-const alpha = 1;\nsrc/a.ts:2:const beta = 2;');
  expect(counts.text).toBe('src/a.ts:2\nsrc/deep/b.ts:1');
  expect(one.text).toBe('src/a.ts:1:const alpha = 1;');
});

test('Grep narrows by case, glob and type, and reaches across lines', async () => {
  const { use } = await withFiles(project);

  const insensitive = await use('Grep', {
    pattern: 'ALPHA',
    case_insensitive: true,
    type: 'ts',
    path: 'src',
    output_mode: 'count',
  });
  const globbed = await use('Grep', { pattern: 'alpha', glob: '*.md' });
  const across = await use('Grep', { pattern: 'alpha.*beta', multiline: true, output_mode: 'content' });
  const ahead = await use('Grep', { pattern: 'const (?=beta)', output_mode: 'count' });

  expect(insensitive.text).toBe('src/a.ts:1\nsrc/deep/b.ts:1');
  expect(globbed.text).toBe('read me.md');
  expect(across.text).toBe('src/a.ts:1:const alpha = 1;\nsrc/a.ts:2:const beta = 2;');
  expect(ahead.text).toBe('src/a.ts:1');
});

test('Grep returns so many lines, ends the search and says that there is more', async () => {
  const { use } = await withFiles({ 'big.txt': 'needle\n'.repeat(2_000_000) });

  const result = await use('Grep', { pattern: 'needle', output_mode: 'content', head_limit: 3 });

  expect(result.text.split('\n')).toEqual([
    'big.txt:1:needle',
    'big.txt:2:needle',
    'big.txt:3:needle',
    '[The first 3 lines. There are more: narrow the search.]',
  ]);
});

test('Grep tells what is wrong with a pattern, a type or a path', async () => {
  const { use } = await withFiles(project);

  const pattern = await use('Grep', { pattern: '(' });
  const type = await use('Grep', { pattern: 'a', type: 'klingon' });
  const path = await use('Grep', { pattern: 'a', path: 'srcc' });
  const nothing = await use('Grep', { pattern: 'gamma' });

  expect(pattern).toMatchObject({ isError: true, text: expect.stringContaining('unclosed group') });
  expect(type).toMatchObject({ isError: true, text: expect.stringContaining('unrecognized file type: klingon') });
  expect(path).toMatchObject({ isError: true, text: expect.stringContaining('Did you mean') });
  expect(nothing.isError).toBeUndefined();
});

test.each(['--pre=touch pwned', '-e', '--files', '$(touch pwned)', '; touch pwned', '`touch pwned`', '--config'])(
  'R33 the pattern %s is only ever a pattern',
  async pattern => {
    const { use, files, path } = await withFiles({ 'a.txt': `before ${pattern} after\n` });

    const asPattern = await use('Grep', { pattern: pattern.replace(/[$()`]/g, '\\$&'), output_mode: 'content' });
    await use('Grep', { pattern: 'before', glob: pattern });
    await use('Grep', { pattern: 'before', path: pattern });

    expect(asPattern.text).toBe(`a.txt:1:before ${pattern} after`);
    expect(await files.stat(path('pwned'))).toBeUndefined();
  },
);

test("nobody's configuration reaches ripgrep", async () => {
  const { use, path } = await withFiles(
    { rc: '--max-count=1\n', 'a.txt': 'x\nx\n' },
    { env: { RIPGREP_CONFIG_PATH: '/nonexistent' } },
  );

  const result = await use('Grep', { pattern: 'x', output_mode: 'count', path: path('a.txt') });

  expect(result.text).toBe('a.txt:2');
});

test('R11 a line of 50 MB and bytes that are no UTF-8 come back short and valid', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('wide.txt'), `needle${'x'.repeat(50_000_000)}\n`);
  await writeFile(path('broken.txt'), Buffer.from('needle \xff\xfe\n', 'latin1'));

  const result = await use('Grep', { pattern: 'needle', output_mode: 'content' });

  expect(result.text.length).toBeLessThan(2_000);
  expect(result.text).toContain('broken.txt:1:needle \ufffd\ufffd');
  expect(result.text.isWellFormed()).toBe(true);
});
