import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');
const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe.each(oldNodes())('on a Node that is too old ($name)', ({ start }) => {
  test('an installed package says which Node is needed and how to get it', async () => {
    const { code, stdout, stderr } = await run(start(fakeInstall()), ['-p', 'hello']);

    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(
      /^legwork needs Node 22\.18 or newer, and this is Node \d+\.\d+\.\d+: get one from .*nodejs\.org.*\n$/,
    );
  });

  test('a checkout goes on with its own Node, arguments, input and exit code included', async () => {
    const main = `
      let input = '';
      process.stdin.on('data', chunk => { input += chunk; });
      process.stdin.on('end', () => {
        console.log(JSON.stringify({ node: process.versions.node, args: process.argv.slice(2), input }));
        process.exitCode = 7;
      });
    `;

    const { code, stdout } = await run(start(fakeCheckout(main)), ['-p', 'two words', ''], { input: 'from stdin' });

    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toEqual({
      node: execFileSync(ownNode, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim(),
      args: ['-p', 'two words', ''],
      input: 'from stdin',
    });
  });

  test('a checkout whose program dies of a signal ends with 128 and its number', async () => {
    const { code } = await run(start(fakeCheckout(`process.kill(process.pid, 'SIGKILL')`)), []);

    expect(code).toBe(137);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the program', async signal => {
    const main = `
      process.on('${signal}', () => { console.log('got ${signal}'); process.exit(3); });
      setInterval(() => {}, 1000);
      console.log('ready');
    `;
    const [file, ...args] = start(fakeCheckout(main));
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      if (!stdout) child.kill(signal);
      stdout += text;
    });

    const [code] = await once(child, 'close');

    expect({ code, stdout }).toEqual({ code: 3, stdout: `ready\ngot ${signal}\n` });
  });

  test('a checkout tells its version at once', async () => {
    const { code, stdout } = await run(start(fakeCheckout('throw new Error("not to be loaded")')), ['--version']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${manifest.version}\n` });
  });
});

describe('on a Node that is new enough', () => {
  test.each(['--version', '-v', '-V'])('%s alone prints the version without loading the program', async flag => {
    const { code, stdout, stderr } = await run(onOwnNode(fakeInstall('throw new Error("not to be loaded")')), [flag]);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('without dist it says how to build', async () => {
    const { code, stderr } = await run(onOwnNode(fakeInstall()), []);

    expect(code).toBe(78);
    expect(stderr).toBe('legwork is not built yet: run npm install, or npm run build, in its directory.\n');
  });

  test('compiled code is kept in the cache of the user, for the user only', async () => {
    const cache = temporary();

    const { code } = await run(onOwnNode(fakeInstall('')), [], { env: { XDG_CACHE_HOME: cache } });

    const kept = join(cache, 'legwork', 'compile');
    expect(code).toBe(0);
    expect(existsSync(kept)).toBe(true);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
  });

  test('a cache that others can write is not used', async () => {
    const cache = temporary();
    const kept = join(cache, 'legwork', 'compile');
    mkdirSync(kept, { recursive: true });
    chmodSync(kept, 0o777);
    const main = `const { getCompileCacheDir } = require('node:module'); console.log(getCompileCacheDir() ?? 'none');`;

    const { stdout } = await run(onOwnNode(fakeInstall(main)), [], { env: { XDG_CACHE_HOME: cache } });

    expect(stdout).toBe('none\n');
  });

  test('LEGWORK_NO_COMPILE_CACHE=1 keeps nothing', async () => {
    const cache = temporary();

    await run(onOwnNode(fakeInstall('')), [], { env: { XDG_CACHE_HOME: cache, LEGWORK_NO_COMPILE_CACHE: '1' } });

    expect(existsSync(join(cache, 'legwork'))).toBe(false);
  });

  test('a home that cannot be written is no obstacle', async () => {
    const { code, stdout, stderr } = await run(onOwnNode(fakeInstall('console.log("works")')), [], {
      env: { HOME: '/dev/null' },
    });

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'works\n', stderr: '' });
  });
});

test('the guard is written in ES5', () => {
  const source = readFileSync(join(root, 'bin', 'legwork.cjs'), 'utf8');

  expect(transformSync(source, { target: 'es5' }).code).toBe(transformSync(source, { target: 'esnext' }).code);
});

type Command = readonly [file: string, ...args: string[]];
type OldNode = { name: string; start: (directory: string) => Command };

/** The Node of this machine where it is an old one, and always one that only says that it is. */
function oldNodes(): OldNode[] {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' });`;
  const fake: OldNode = {
    name: 'pretended 18.20.8',
    start: directory => {
      const preload = join(directory, 'pretend.cjs');
      writeFileSync(preload, pretend);
      return [ownNode, '--require', preload, guardIn(directory)];
    },
  };
  const files = (process.env.PATH ?? '').split(delimiter).filter(path => path && !path.includes('node_modules'));
  const real = files.map(path => join(path, 'node')).find(file => existsSync(file));
  if (!real) return [fake];
  const version = execFileSync(real, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < 22 || (major === 22 && minor < 18);
  return isOld ? [fake, { name: version, start: directory => [real, guardIn(directory)] }] : [fake];
}

function onOwnNode(directory: string): Command {
  return [ownNode, guardIn(directory)];
}

function guardIn(directory: string): string {
  return join(directory, 'bin', 'legwork.cjs');
}

/** What a consumer gets: no devDependency, and dist only where `main` is given. */
function fakeInstall(main?: string): string {
  const directory = temporary();
  cpSync(join(root, 'bin'), join(directory, 'bin'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(directory, 'package.json'));
  if (main === undefined) return directory;
  mkdirSync(join(directory, 'dist'));
  writeFileSync(join(directory, 'dist', 'main.cjs'), main);
  return directory;
}

function fakeCheckout(main: string): string {
  const directory = fakeInstall(main);
  mkdirSync(join(directory, 'node_modules', 'node', 'bin'), { recursive: true });
  symlinkSync(ownNode, join(directory, 'node_modules', 'node', 'bin', 'node'));
  return directory;
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'legwork-guard-'));
  directories.push(directory);
  return directory;
}

type Options = { readonly env?: Readonly<Record<string, string>>; readonly input?: string };

/** Runs with a cache of its own, so that no test writes into the home of who runs it. */
async function run([file, ...before]: Command, args: readonly string[], { env, input = '' }: Options = {}) {
  const { XDG_CACHE_HOME: _, ...inherited } = process.env;
  const home = env?.HOME ?? temporary();
  const child = execFile(file, [...before, ...args], { env: { ...inherited, HOME: home, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', text => {
    stdout += text;
  });
  child.stderr?.on('data', text => {
    stderr += text;
  });
  child.stdin?.on('error', () => {}).end(input);
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
