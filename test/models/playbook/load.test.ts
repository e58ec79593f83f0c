import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Files } from '../../../src/core/ports.ts';
import { createPlaybookLoader } from '../../../src/models/playbook/load.ts';
import { temporaryDirectory } from '../../fakes/workspace.ts';

const files: Pick<Files, 'readText' | 'stat'> = {
  readText: path => readFile(path, 'utf8'),
  async stat(path) {
    const found = await stat(path).catch(() => undefined);
    return (
      found && {
        kind: found.isFile() ? 'file' : 'directory',
        size: found.size,
        mtimeMs: found.mtimeMs,
        mode: found.mode,
      }
    );
  },
};
let directory = '';
beforeEach(async () => {
  directory = await temporaryDirectory();
});

const loader = () =>
  createPlaybookLoader({
    files,
    resolve: name => resolve(directory, name),
    builtIn: { demo: async () => 'name: built in\nreplies: [{ say: hi }]\n' },
  });

test('a name is a built-in playbook, or a path that the caller resolves', async () => {
  await writeFile(join(directory, 'own.yaml'), 'name: own\nreplies: [{ say: hi }]\n');
  const load = loader();

  const names = [await load('demo'), await load('own.yaml'), await load(join(directory, 'own.yaml'))].map(
    ({ name }) => name,
  );

  expect(names).toEqual(['built in', 'own', 'own']);
});

test('S31 a change on disk is seen by the next request; what did not change is not read anew', async () => {
  const path = join(directory, 'own.yaml');
  const load = loader();
  await writeFile(path, 'name: first\nreplies: [{ say: hi }]\n');
  const first = await load('own.yaml');
  const same = await load('own.yaml');
  await writeFile(path, 'name: other\nreplies: [{ say: hi }]\n');

  const changed = await load('own.yaml');

  expect(same).toBe(first);
  expect(changed.name).toBe('other');
});

test('a missing file, a directory and a bad file are refused with the path and a remedy', async () => {
  await writeFile(join(directory, 'bad.yaml'), 'name: a\nreplies:\n  - sya: b\n');
  const load = loader();

  const ends = await Promise.allSettled(['none.yaml', '.', 'bad.yaml'].map(name => load(name)));

  const messages = ends.map(end => (end.status === 'rejected' ? String(end.reason.message) : ''));
  expect(messages[0]).toBe(
    `the playbook ${directory}/none.yaml does not exist; give the path of a .yaml file, or a built-in one: demo`,
  );
  expect(messages[1]).toContain('is a directory');
  expect(messages[2]).toContain(`${directory}/bad.yaml:3: replies[0]: unknown key "sya"`);
});
