import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createKeptOutput } from '../../src/platform/kept-output.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import { createFileLedger } from '../../src/tasks/file-ledger.ts';
import { diffDisplay } from '../../src/tools/file-diff.ts';
import { globMatcher } from '../../src/tools/glob-match.ts';
import { htmlToMarkdown } from '../../src/tools/html-to-markdown.ts';
import { createLiveOutput } from '../../src/tools/live-output.ts';
import { createShells } from '../../src/tools/shells.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { until } from '../fakes/models.ts';
import { startRawServer } from '../fakes/raw-server.ts';
import { createWorkspace, temporaryDirectory } from '../fakes/workspace.ts';

const lines = (count: number, text = (number: number) => `line ${number}`) =>
  Array.from({ length: count }, (_, index) => text(index + 1)).join('\n');
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };

test('commandOutputBytes bounds what is kept of an output in memory, head and tail', () => {
  const kept = createKeptOutput(limits.commandOutputBytes);

  for (let index = 0; index < 10; index += 1) kept.add(Buffer.alloc(limits.commandOutputBytes, 'x'));

  expect(kept.text().length).toBeLessThan(limits.commandOutputBytes + 100);
  expect(kept.omittedBytes()).toBe(limits.commandOutputBytes * 9);
});

test('commandFileBytes bounds the output file of a command', async () => {
  const root = await temporaryDirectory();
  const outputFile = join(root, 'out');
  const size = limits.commandFileBytes + 10 * 1024 * 1024;

  const { done } = createNodeProcesses(systemClock).start('head', ['-c', `${size}`, '/dev/zero'], {
    cwd: root,
    env,
    outputFile,
    maxOutputBytes: 1_000,
  });

  expect((await done).exitCode).toBe(0);
  // And a line that says that there was more.
  expect((await stat(outputFile)).size).toBeLessThan(limits.commandFileBytes + 200);
}, 60_000);

test('commandTimeoutMs ends a command that names no time, and is told to the model', async () => {
  const { use, toolNamed } = await createWorkspace({ commandTimeoutMs: 300 });

  const { text, isError } = await use('Bash', { command: 'echo begun; sleep 60' });

  expect(isError).toBe(true);
  expect(text).toContain('begun');
  expect(text).toContain('ended after 300 ms');
  expect(toolNamed('Bash').prompt).toContain('after 300 ms');
});

test('commandTimeoutMaxMs bounds the time that a command may name', async () => {
  const { use } = await createWorkspace();

  const { text, isError } = await use('Bash', { command: 'true', timeout_ms: limits.commandTimeoutMaxMs + 1 });

  expect(isError).toBe(true);
  expect(text).toContain('timeout_ms');
});

test('commandChars bounds a command line', async () => {
  const { use } = await createWorkspace();

  const { text, isError } = await use('Bash', { command: `: ${'x'.repeat(limits.commandChars)}` });

  expect(isError).toBe(true);
  expect(text).toContain('command');
});

test('commandOutputChars bounds what the model sees of an output; the file has the rest', async () => {
  const { use } = await createWorkspace();
  const chars = limits.commandOutputChars * 2;

  const { text } = await use('Bash', { command: `head -c ${chars} /dev/zero | tr '\\0' x` });

  const file = /Output file: (\S+)/.exec(text)?.[1] ?? '';
  expect(text.length).toBeLessThan(limits.commandOutputChars + 500);
  expect((await readFile(file)).length).toBe(chars);
});

test('killAfterMs passes between TERM and KILL of a command that ignores TERM', async () => {
  const root = await temporaryDirectory();
  const clock = createFakeClock();
  const child = createNodeProcesses(clock).start(
    'bash',
    ['-c', 'trap "" TERM; echo up; while :; do sleep 0.05; done'],
    {
      cwd: root,
      env,
      maxOutputBytes: 1_000,
    },
  );
  await until(() => child.output().includes('up'));
  let isOver = false;
  void child.done.then(() => {
    isOver = true;
  });
  const stopped = child.stop();

  await clock.advance(limits.killAfterMs - 100);
  const before = isOver;
  await clock.advance(200 + limits.pipeGraceMs);
  await stopped;

  expect(before).toBe(false);
  expect((await child.done).reason).toBe('stopped');
});

test('pipeGraceMs bounds the wait for an output that something holds open', async () => {
  const root = await temporaryDirectory();
  const clock = createFakeClock();
  const processes = createNodeProcesses(clock);
  const child = processes.start('bash', ['-c', 'setsid sleep 300 & echo done'], {
    cwd: root,
    env,
    maxOutputBytes: 1_000,
  });
  let isOver = false;
  void child.done.then(() => {
    isOver = true;
  });
  await until(() => child.output().includes('done') && clock.pending > 0);

  await clock.advance(limits.pipeGraceMs - 1);
  const before = isOver;
  await clock.advance(1);
  await child.done;
  await clock.advance(limits.killAfterMs + limits.pipeGraceMs);
  processes.killAll();

  expect(before).toBe(false);
});

async function shellsIn(root: string) {
  const processes = createNodeProcesses(systemClock);
  return createShells({ processes, files: createNodeFiles(), clock: systemClock, env, stateDir: root });
}
const chatId = 'chat_1' as ChatId;

test('shellsRunning bounds the background shells of a chat', async () => {
  const root = await temporaryDirectory();
  const shells = await shellsIn(root);
  const start = (number: number) =>
    shells.start('sleep 300', { chatId, cwd: root, timeoutMs: undefined, outputFile: join(root, `${number}.log`) });
  for (let number = 0; number < limits.shellsRunning; number += 1) start(number);

  expect(() => start(limits.shellsRunning)).toThrow(`${limits.shellsRunning} background shells are running`);
  await shells.dispose();
}, 60_000);

test('shellsRemembered bounds the ended shells that can be read, and shellOutputBytes what each holds in memory', async () => {
  const root = await temporaryDirectory();
  const shells = await shellsIn(root);
  const ids: string[] = [];
  let held = 0;
  for (let number = 0; number < limits.shellsRemembered + 3; number += 1) {
    const command = number === 0 ? 'head -c 100000 /dev/zero | tr "\\0" x' : 'true';
    const outputFile = join(root, `${number}.log`);
    const shell = shells.start(command, { chatId, cwd: root, timeoutMs: undefined, outputFile });
    ids.push(shell.id);
    await shell.process.done;
    if (number === 0) held = shell.process.output().length;
  }

  expect(ids.map(id => shells.find(chatId, id) !== undefined).filter(Boolean)).toHaveLength(limits.shellsRemembered);
  expect(shells.find(chatId, ids[0] ?? '')).toBeUndefined();
  expect(held).toBeLessThan(limits.shellOutputBytes + 100);
}, 60_000);

test('progressMs and progressChars bound what is shown of a command that floods', async () => {
  const clock = createFakeClock();
  const shown: string[] = [];
  const live = createLiveOutput(clock, text => shown.push(text));

  for (let number = 0; number < 100; number += 1) {
    live.add('x'.repeat(limits.progressChars));
    await clock.advance(limits.progressMs / 10);
  }
  live.end();

  expect(shown.length).toBeLessThanOrEqual(11);
  expect(Math.max(...shown.map(text => text.length))).toBe(limits.progressChars);
});

test('readLines and readLineChars bound one Read', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(
    path('many'),
    lines(limits.readLines + 5, () => 'x'),
  );
  await writeFile(path('long'), 'y'.repeat(limits.readLineChars * 2));

  const many = await use('Read', { file_path: 'many' });
  const long = await use('Read', { file_path: 'long' });

  expect(many.text.match(/^\s*\d+.x$/gm)).toHaveLength(limits.readLines);
  expect(long.text.match(/y/g)?.length).toBeLessThanOrEqual(limits.readLineChars);
});

test('writeFileBytes bounds a file that is written', async () => {
  const { use, files, path } = await createWorkspace();

  const { isError } = await use('Write', { file_path: 'big', content: 'x'.repeat(limits.writeFileBytes + 1) });

  expect(isError).toBe(true);
  expect(await files.stat(path('big'))).toBeUndefined();
});

test('diffLines bounds a difference that is kept for people', async () => {
  const shown = await diffDisplay('a', '', lines(limits.diffLines * 3));

  expect(shown.hunks.flatMap(hunk => hunk.lines)).toHaveLength(limits.diffLines);
  expect(shown).toMatchObject({ isCut: true, added: limits.diffLines * 3 });
});

test('diffMs bounds the making of a difference between texts that have nothing in common', async () => {
  const words = (seed: number) => lines(60_000, number => `${(number * seed) % 99_991}`);
  const begin = performance.now();

  const shown = await diffDisplay('a', words(7_919), words(104_729));

  expect(shown.isCut).toBe(true);
  // A hang guard: without the limit this takes minutes.
  expect(performance.now() - begin).toBeLessThan(limits.diffMs * 50);
});

test('editLines bounds the region that Edit shows', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(path('file'), 'a\n');
  await use('Read', { file_path: 'file' });

  const { text } = await use('Edit', { file_path: 'file', old_string: 'a', new_string: lines(limits.editLines * 2) });

  expect(text.match(/^\s*\d+.line/gm)).toHaveLength(limits.editLines);
  expect(text).toContain('more changed lines');
});

test('globAlternatives bounds what braces make of one pattern', () => {
  const matches = globMatcher(`{${'a,'.repeat(30)}b}`.repeat(6));
  const begin = performance.now();

  matches('x'.repeat(100));

  expect(limits.globAlternatives).toBeLessThan(31 ** 6);
  // A hang guard: 31⁶ patterns would not end.
  expect(performance.now() - begin).toBeLessThan(2_000);
});

test('grepResults and grepLineChars bound one Grep', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(
    path('many'),
    lines(limits.grepResults * 2, () => 'needle'),
  );
  await writeFile(path('long'), `needle ${'y'.repeat(limits.grepLineChars * 4)}`);

  const many = await use('Grep', { pattern: 'needle', path: 'many', output_mode: 'content' });
  const long = await use('Grep', { pattern: 'needle', path: 'long', output_mode: 'content' });

  expect(many.text.match(/needle/g)?.length).toBeLessThanOrEqual(limits.grepResults);
  expect(many.text).toContain('There are more');
  expect(long.text.length).toBeLessThan(limits.grepLineChars + 200);
});

async function rgThat(does: string): Promise<string> {
  const path = join(await temporaryDirectory(), 'rg');
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o755);
  return path;
}

test('searchTimeoutMs ends a search that takes too long', async () => {
  const clock = createFakeClock();
  const { use } = await createWorkspace({ clock, ripgrepPath: await rgThat('sleep 300') });
  const searching = use('Grep', { pattern: 'x' });
  await until(() => clock.pending > 0);

  for (let passed = 0; passed < limits.searchTimeoutMs + 1_000; passed += 500) await clock.advance(500);
  for (let passed = 0; passed < limits.killAfterMs; passed += 100) await clock.advance(100);

  expect((await searching).text).toContain(`within ${limits.searchTimeoutMs / 1_000} s`);
});

test('searchOutputBytes bounds what a search says besides its results', async () => {
  const says = `head -c ${limits.searchOutputBytes * 4} /dev/zero | tr '\\0' e; exit 2`;
  const { use } = await createWorkspace({ ripgrepPath: await rgThat(`printf 'error: '; ${says}`) });

  const { text, isError } = await use('Grep', { pattern: 'x' });

  expect(isError).toBe(true);
  expect(text.length).toBeLessThan(limits.searchOutputBytes + 500);
});

test('patternChars bounds a pattern', async () => {
  const { use } = await createWorkspace();
  const pattern = 'x'.repeat(limits.patternChars + 1);

  const found = await Promise.all([use('Grep', { pattern }), use('Glob', { pattern })]);

  expect(found.map(one => one.isError)).toEqual([true, true]);
});

test('fetchTimeoutMs ends a page that does not come', async () => {
  const clock = createFakeClock();
  const server = await startRawServer(() => undefined);
  const { createHttpGet } = await import('../../src/platform/http-get.ts');
  const { use } = await createWorkspace({ allowsPrivateAddresses: true, httpGet: createHttpGet(clock, 'test') });
  const fetching = use('WebFetch', { url: server.url });
  await until(() => server.requests.length === 1);

  await clock.advance(limits.fetchTimeoutMs);
  const { text, isError } = await fetching;
  await server.stop();

  expect(isError).toBe(true);
  expect(text).toContain(`${limits.fetchTimeoutMs / 1_000} s`);
});

test('fetchRedirects bounds the redirects of a page', async () => {
  const server = await startRawServer((response, { path }) => response.writeHead(302, { location: `${path}x` }).end());
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const { isError } = await use('WebFetch', { url: server.url });
  await server.stop();

  expect(isError).toBe(true);
  expect(server.requests).toHaveLength(limits.fetchRedirects + 1);
});

test('htmlDepth bounds how deep a page is followed', async () => {
  const html = `${'<div>'.repeat(limits.htmlDepth * 20)}deep`;

  const { isCut, text } = await htmlToMarkdown(html, new URL('http://a.test/'));

  expect(isCut).toBe(true);
  expect(text).not.toContain('deep');
});

test('todos bounds one list', async () => {
  const { use } = await createWorkspace();
  const todos = Array.from({ length: limits.todos + 1 }, () => ({ content: 'x', status: 'pending' }));

  expect((await use('TodoWrite', { todos })).isError).toBe(true);
  expect((await use('TodoWrite', { todos: todos.slice(1) })).isError).toBeUndefined();
});

test('filesRemembered bounds what a lane knows of files; the one seen longest ago is read again', () => {
  const ledger = createFileLedger();

  for (let number = 0; number <= limits.filesRemembered; number += 1) ledger.saw(`/${number}`, 'f');

  expect(ledger.seen('/0')).toBeUndefined();
  expect(ledger.seen('/1')).toBe('f');
});

test('toolResultChars bounds what Read returns, and readFileBytes what it takes', async () => {
  const { use, path } = await createWorkspace();
  await writeFile(
    path('wide'),
    lines(limits.readLines, () => 'z'.repeat(200)),
  );
  await writeFile(path('huge'), Buffer.alloc(limits.readFileBytes + 1, 'x'));

  const wide = await use('Read', { file_path: 'wide' });
  const huge = await use('Read', { file_path: 'huge' });

  expect(wide.text.length).toBeLessThanOrEqual(limits.toolResultChars);
  expect(huge.isError).toBe(true);
});
