import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const programs = {
  sim: join(import.meta.dirname, 'sim', 'main.ts'),
  rounds: join(import.meta.dirname, 'crash', 'rounds.ts'),
  bench: join(import.meta.dirname, 'bench', 'run.ts'),
};

test.each([
  ['sim', '--seed abc', '--seed must be a whole number of at least 1 (received "abc")'],
  ['sim', '--seeds x', '--seeds must be a whole number of at least 1 (received "x")'],
  ['sim', '--seeds 0', '--seeds must be a whole number of at least 1 (received "0")'],
  ['sim', '--jobs 0', '--jobs must be a whole number of at least 1 (received "0")'],
  ['sim', '--mutant toString', 'there is no mutant "toString"'],
  ['sim', '--trace', '--trace and --sqlite need --seed'],
  ['sim', '--sneeds 5', "Unknown option '--sneeds'"],
  ['rounds', '--rounds x', '--rounds must be a whole number of at least 1 (received "x")'],
  ['rounds', '--rounds 0', '--rounds must be a whole number of at least 1 (received "0")'],
  ['rounds', '--writes --step 0', '--step must be a whole number of at least 1 (received "0")'],
  ['rounds', 'extra', "Unexpected argument 'extra'"],
  ['bench', 'nonsense', 'There is no bench nonsense; there are start, '],
  ['bench', '--nope', "Unknown option '--nope'"],
] as const)('%s %s is refused in one line and runs nothing', (program, words, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [programs[program], ...words.split(' ')], {
    encoding: 'utf8',
  });

  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test('a seed that is told line by line ends quietly with its reader', () => {
  const told = spawnSync('sh', ['-c', `"${process.execPath}" "${programs.sim}" --seed 7 --trace | head -1`], {
    encoding: 'utf8',
  });

  expect(told.stderr).toBe('');
  expect(told.stdout.split('\n')).toHaveLength(2);
});
