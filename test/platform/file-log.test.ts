import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFileLog } from '../../src/platform/file-log.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

test('lines of its level and above are in the file when it is closed, with secrets taken out', async () => {
  const path = join(await temporaryDirectory(), 'legwork.log');
  const log = openFileLog(path, 'info');

  log.debug('not this one');
  log.warn('a retry', { key: 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789' });
  await log.close();

  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'a retry', pid: process.pid });
  expect(lines[0]).not.toContain('abcdefghijklmnopqrstuvwxyz');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a log that cannot be written is said once and ends nothing', async () => {
  const said: string[] = [];
  const path = join(await temporaryDirectory(), 'missing', 'legwork.log');
  const log = openFileLog(path, 'info', text => said.push(text));

  log.warn('one');
  log.error('two');
  await log.close();

  expect(said).toEqual([expect.stringMatching(/^legwork: the log .*legwork\.log cannot be written: ENOENT/)]);
});
