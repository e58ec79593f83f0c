import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNodeFiles } from '../../src/platform/files.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const files = createNodeFiles();
const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

test('an atomic write replaces the whole file and leaves nothing else', async () => {
  const root = await temporaryDirectory();
  const path = join(root, 'a.txt');

  await files.writeAtomic(path, 'a long first text');
  await files.writeAtomic(path, 'short');

  expect(await files.readText(path)).toBe('short');
  expect(await readdir(root)).toEqual(['a.txt']);
});

test('an atomic write keeps the mode of what was there', async () => {
  const path = join(await temporaryDirectory(), 'run.sh');
  await writeFile(path, 'old');
  await chmod(path, 0o751);

  await files.writeAtomic(path, 'new', { mode: 0o600 });

  expect(await modeOf(path)).toBe(0o751);
});

test('an atomic write through a link changes what the link points to, also when that is not there yet', async () => {
  const root = await temporaryDirectory();
  await writeFile(join(root, 'target'), 'old');
  await symlink('target', join(root, 'link'));
  await symlink('later', join(root, 'dangling'));

  await files.writeAtomic(join(root, 'link'), 'new');
  await files.writeAtomic(join(root, 'dangling'), 'made');

  expect([await readlink(join(root, 'link')), await readlink(join(root, 'dangling'))]).toEqual(['target', 'later']);
  expect([await readFile(join(root, 'target'), 'utf8'), await readFile(join(root, 'later'), 'utf8')]).toEqual([
    'new',
    'made',
  ]);
});

test('a write that fails leaves the old file and no temporary one', async () => {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'taken'));

  const writing = files.writeAtomic(join(root, 'taken'), 'text');

  await expect(writing).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(root)).toEqual(['taken']);
});

test('R43 new files and directories are as private as asked, whatever the umask', async () => {
  const root = await temporaryDirectory();
  const umask = process.umask(0);

  try {
    await files.makeDirectory(join(root, 'a/b'), { mode: 0o700 });
    await files.writeAtomic(join(root, 'a/b/written'), 'x', { mode: 0o600 });
    await files.append(join(root, 'a/b/appended'), 'x', { mode: 0o600 });
  } finally {
    process.umask(umask);
  }

  const modes = await Promise.all(['a', 'a/b', 'a/b/written', 'a/b/appended'].map(name => modeOf(join(root, name))));
  expect(modes).toEqual([0o700, 0o700, 0o600, 0o600]);
});

test('bytes are read from an offset and never more than asked', async () => {
  const path = join(await temporaryDirectory(), 'bytes');
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5_000 }),
      fc.nat(6_000),
      fc.nat(6_000),
      async (bytes, offset, maxBytes) => {
        await files.writeAtomic(path, bytes);

        const read = await files.readBytes(path, { offset, maxBytes });

        expect(Buffer.from(read)).toEqual(Buffer.from(bytes.subarray(offset, offset + maxBytes)));
      },
    ),
    { numRuns: 30 },
  );
});

test('what is not there has no state, and a file is not looked for in a file', async () => {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, 'x');

  expect(await files.stat(`${path}-not`)).toBeUndefined();
  expect(await files.stat(`${path}/below`)).toBeUndefined();
  expect(await files.stat(path)).toMatchObject({ kind: 'file', size: 1 });
  expect(await files.stat('/dev/null')).toMatchObject({ kind: 'other' });
});

test('R34 the real path of what does not exist yet is where it would be made', async () => {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'real'));
  await symlink('real', join(root, 'link'));
  await symlink('/no/where/x', join(root, 'dangling'));
  await symlink('loop', join(root, 'loop'));

  expect(await files.realPath(join(root, 'link/new/file'))).toBe(join(root, 'real/new/file'));
  expect(await files.realPath(join(root, 'dangling'))).toBe('/no/where/x');
  await expect(files.realPath(join(root, 'loop'))).rejects.toMatchObject({ code: 'ELOOP' });
});

test('directories are made with those above them, by several at once, and a file in the way is said', async () => {
  const root = await temporaryDirectory();
  const path = join(root, 'a', 'b', 'c');

  await Promise.all([files.makeDirectory(path), files.makeDirectory(path), files.makeDirectory(join(root, 'a', 'd'))]);
  await files.makeDirectory(path);

  expect((await stat(path)).isDirectory()).toBe(true);
  await writeFile(join(root, 'file'), '');
  await expect(files.makeDirectory(join(root, 'file'))).rejects.toThrow('EEXIST');
  await expect(files.makeDirectory(join(root, 'file', 'x'))).rejects.toThrow('ENOTDIR');
});
