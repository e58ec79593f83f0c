import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { wholeDiff } from '../../src/tools/file-diff.ts';
import type { Preview } from '../../src/tools/tool.ts';
import { createLedger, createWorkspace } from '../fakes/workspace.ts';

test('Read numbers lines, goes on from an offset and says where it stopped', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), 'one\r\ntwo\nthree\n');

  const whole = await use('Read', { file_path: 'a.txt' });
  const part = await use('Read', { file_path: path('a.txt'), offset: 2, limit: 1 });
  const beyond = await use('Read', { file_path: 'a.txt', offset: 4 });

  expect(whole.text).toBe('     1\tone\n     2\ttwo\n     3\tthree');
  expect(part.text).toBe('     2\ttwo\n[Lines 2 to 2 of 3. Go on with offset 3.]');
  expect(beyond).toMatchObject({
    isError: true,
    text: expect.stringContaining('has 3 lines; offset 4 is beyond its end'),
  });
});

test('Read cuts long lines and long files, and one result holds what it returns', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('wide'), `${'x'.repeat(5_000)}\nend\n`);
  await writeFile(path('long'), 'line\n'.repeat(5_000));
  await writeFile(path('both'), `${'y'.repeat(1_900)}\n`.repeat(500));

  const [wide, long, both] = await Promise.all(['wide', 'long', 'both'].map(file_path => use('Read', { file_path })));

  expect(wide?.text).toContain(`${'x'.repeat(2_000)}… [3000 more characters]\n     2\tend`);
  expect(long?.text).toMatch(/\[Lines 1 to 2000 of 5000\. Go on with offset 2001\.\]$/);
  expect(both?.text).toMatch(/\[Lines 1 to \d+ of 500\. Go on with offset \d+\.\]$/);
  expect(both?.text.length).toBeLessThanOrEqual(limits.toolResultChars);
});

test('R11 Read tells empty, binary, image, PDF and invalid files apart', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('empty'), '');
  await writeFile(path('binary'), Buffer.from([1, 0, 2]));
  await writeFile(path('a.PNG'), Buffer.from([0x89, 0x50, 0]));
  await writeFile(path('a.pdf'), Buffer.from('%PDF-1.7\0'));
  await writeFile(path('broken'), Buffer.from([0x61, 0xff, 0x62]));
  await writeFile(path('utf16'), Buffer.from('\ufeffhé', 'utf16le'));
  await writeFile(path('bom'), '\ufefffirst');

  const names = ['empty', 'binary', 'a.PNG', 'a.pdf', 'broken', 'utf16', 'bom'];
  const texts = await Promise.all(names.map(async file_path => (await use('Read', { file_path })).text));

  expect(texts).toEqual([
    `${path('empty')} is empty.`,
    `Error: ${path('binary')} is a binary file of 3 bytes and cannot be read as text.`,
    `Error: ${path('a.PNG')} is an image (images are not supported yet) of 3 bytes and cannot be read as text.`,
    `Error: ${path('a.pdf')} is a PDF (not supported yet) of 9 bytes and cannot be read as text.`,
    '     1\ta\ufffdb\n[Bytes that are not valid utf-8 are shown as \ufffd.]',
    '     1\thé\n[The file is encoded in utf-16le.]',
    '     1\tfirst',
  ]);
});

test('Read says what is near a name that is not there, and what to do with a directory', async () => {
  const { use, path } = await createWorkspace();
  await mkdir(path('src'));
  await writeFile(path('src/Session.ts'), 'x');

  const missing = await use('Read', { file_path: 'src/sesion.tsx' });
  const deeper = await use('Read', { file_path: 'srcs/session.ts' });
  const directory = await use('Read', { file_path: 'src' });
  const device = await use('Read', { file_path: '/dev/zero' });

  expect(missing.text).toBe(`Error: ${path('src/sesion.tsx')} does not exist. Did you mean ${path('src/Session.ts')}?`);
  expect(deeper.text).toContain(`${path('srcs')} does not exist either. Did you mean ${path('src')}?`);
  expect(directory.text).toContain('is a directory. Use Glob');
  expect(device.text).toBe('Error: /dev/zero is not a regular file.');
});

test('Read refuses what is too large and says what to use', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('large'), Buffer.alloc(limits.readFileBytes + 1, 'x'));

  const result = await use('Read', { file_path: 'large' });

  expect(result).toMatchObject({ isError: true, text: expect.stringMatching(/Read takes files up to \d+\. Use Grep/) });
});

test('Write makes a file with its directories, and shows it as new', async () => {
  const { use, path } = await createWorkspace();

  const result = await use('Write', { file_path: 'a/b/c.txt', content: 'one\ntwo\n' });

  expect(result.text).toBe('Created a/b/c.txt (2 lines).');
  expect(result.display).toMatchObject({ kind: 'diff', path: 'a/b/c.txt', isNew: true, added: 2, removed: 0 });
  expect(await readFile(path('a/b/c.txt'), 'utf8')).toBe('one\ntwo\n');
});

test('R16 Write refuses a file that was not read, or that changed since, and takes one that it wrote itself', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), 'theirs');

  const unread = await use('Write', { file_path: 'a.txt', content: 'mine' });
  await use('Read', { file_path: 'a.txt' });
  await writeFile(path('a.txt'), 'theirs too');
  const changed = await use('Write', { file_path: 'a.txt', content: 'mine' });
  await use('Read', { file_path: 'a.txt' });
  const first = await use('Write', { file_path: 'a.txt', content: 'mine' });
  const second = await use('Write', { file_path: 'a.txt', content: 'mine again' });

  expect(unread).toMatchObject({ isError: true, text: expect.stringContaining('was not read yet. Read it first') });
  expect(changed).toMatchObject({
    isError: true,
    text: expect.stringContaining('changed by somebody else since you read it. Read it again'),
  });
  expect([first.isError, second.isError]).toEqual([undefined, undefined]);
  expect(await readFile(path('a.txt'), 'utf8')).toBe('mine again');
});

test('R16 of two subagents that edit one file at once the second is told, and nothing is overwritten unseen', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), 'base\n');
  const lanes = Array.from({ length: 8 }, () => ({ files: createLedger() }));
  await Promise.all(lanes.map(lane => use('Read', { file_path: 'a.txt' }, lane)));

  const results = await Promise.all(
    lanes.map((lane, index) =>
      use('Edit', { file_path: 'a.txt', old_string: 'base', new_string: `base ${index}` }, lane),
    ),
  );

  const done = results.filter(result => !result.isError);
  const told = results.filter(result => result.text.includes('changed by somebody else'));
  expect([done.length, told.length]).toEqual([1, 7]);
  expect(await readFile(path('a.txt'), 'utf8')).toMatch(/^base \d\n$/);
});

test('R16 a file that is reached by two names is one file', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), 'one');
  await symlink('a.txt', path('link'));

  await use('Read', { file_path: 'link' });
  const result = await use('Edit', { file_path: 'a.txt', old_string: 'one', new_string: 'two' });

  expect(result.isError).toBeUndefined();
  expect(await readFile(path('link'), 'utf8')).toBe('two');
});

test('Write and Edit keep the mode of a file', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('run.sh'), 'echo 1\n');
  await chmod(path('run.sh'), 0o755);

  await use('Read', { file_path: 'run.sh' });
  await use('Edit', { file_path: 'run.sh', old_string: '1', new_string: '2' });
  await use('Write', { file_path: 'run.sh', content: 'echo 3\n' });

  expect((await stat(path('run.sh'))).mode & 0o777).toBe(0o755);
});

test('Edit shows the changed region and its difference', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join(''));
  await use('Read', { file_path: 'a.txt' });

  const result = await use('Edit', { file_path: 'a.txt', old_string: 'line 10\n', new_string: 'ten\nand a half\n' });

  expect(result.text).toMatch(
    /^Changed a\.txt:\n {5}6\tline 6\n[\s\S]*\n {4}10\tten\n {4}11\tand a half\n[\s\S]*line 14$/,
  );
  expect(result.display).toMatchObject({
    kind: 'diff',
    path: 'a.txt',
    isNew: false,
    added: 2,
    removed: 1,
    isCut: false,
  });
});

test('Edit wants one place, or all of them', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('a.txt'), 'a\na\nb\n');
  await use('Read', { file_path: 'a.txt' });

  const twice = await use('Edit', { file_path: 'a.txt', old_string: 'a', new_string: 'c' });
  const none = await use('Edit', { file_path: 'a.txt', old_string: '  b', new_string: 'c' });
  const same = await use('Edit', { file_path: 'a.txt', old_string: 'b', new_string: 'b' });
  const all = await use('Edit', { file_path: 'a.txt', old_string: 'a', new_string: '$&', replace_all: true });

  expect(twice.text).toContain('old_string occurs 2 times');
  expect(none.text).toContain('does not occur');
  expect(none.text).toContain('Its first line is like line 3, but white space');
  expect(same.text).toContain('there is nothing to change');
  expect(all.text).toContain('(2 occurrences; the first is shown)');
  expect(await readFile(path('a.txt'), 'utf8')).toBe('$&\n$&\nb\n');
});

test('what the system refuses is told by its reason, not as a fault of the program', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('file'), 'x');

  const below = await use('Write', { file_path: 'file/below', content: 'x' });
  const long = await use('Write', { file_path: 'n'.repeat(300), content: 'x' });
  const directory = await use('Write', { file_path: join(path('.')), content: 'x' });

  expect(below).toMatchObject({
    isError: true,
    text: `Error: ${path('file/below')}: a part of the path is a file, not a directory`,
  });
  expect(long).toMatchObject({ isError: true, text: expect.stringContaining('the name is too long') });
  expect(directory).toMatchObject({ isError: true, text: expect.stringContaining('is a directory') });
});

const linesOf = (preview: Preview | undefined) =>
  preview?.kind === 'diff' ? preview.hunks.flatMap(hunk => hunk.lines) : preview?.message;

test('a preview of Edit and Write shows what the call would do now, and does nothing', async () => {
  const { cwd, files, path, toolNamed } = await createWorkspace();
  await files.writeAtomic(path('a.ts'), 'one\ntwo\nthree\n');
  const edit = { file_path: 'a.ts', old_string: 'two', new_string: '2', replace_all: false };

  const edited = await toolNamed('Edit').preview?.(edit, cwd);
  const replaced = await toolNamed('Write').preview?.({ file_path: 'a.ts', content: 'one\n' }, cwd);
  const made = await toolNamed('Write').preview?.({ file_path: 'new.ts', content: 'x\n' }, cwd);

  expect(edited).toMatchObject({ kind: 'diff', path: path('a.ts'), isNew: false });
  expect(linesOf(edited)).toEqual([' one', '-two', '+2', ' three']);
  expect(linesOf(replaced)).toEqual([' one', '-two', '-three']);
  expect(made).toMatchObject({ kind: 'diff', isNew: true });
  expect(linesOf(made)).toEqual(['+x']);
  expect(await files.readText(path('a.ts'))).toBe('one\ntwo\nthree\n');
});

test('a preview says what would keep the call from doing anything', async () => {
  const { cwd, files, path, toolNamed } = await createWorkspace();
  await files.writeAtomic(path('a.ts'), 'one one\n');
  const edit = (more: object) =>
    toolNamed('Edit').preview?.(
      { file_path: 'a.ts', old_string: 'one', new_string: '1', replace_all: false, ...more },
      cwd,
    );

  expect(linesOf(await edit({}))).toContain('occurs 2 times');
  expect(linesOf(await edit({ old_string: 'two' }))).toContain('does not occur');
  expect(linesOf(await edit({ file_path: 'b.ts' }))).toContain('does not exist');
  expect(linesOf(await toolNamed('Write').preview?.({ file_path: 'a.ts/b', content: '' }, cwd))).toContain(
    'a part of the path is a file',
  );
});

test('what is too different to be compared is shown whole, as all that goes and all that comes', async () => {
  const words = (seed: number) => Array.from({ length: 12_000 }, (_, at) => `${(at * seed) % 7919}\n`).join('');

  const [hunk] = await wholeDiff(words(31), words(17));

  expect(
    hunk?.lines
      .filter(line => line.startsWith('-'))
      .map(line => `${line.slice(1)}\n`)
      .join(''),
  ).toBe(words(31));
  expect(hunk?.lines.filter(line => line.startsWith('+'))).toHaveLength(12_000);
});
