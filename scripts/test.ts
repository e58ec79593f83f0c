// Everything that has to hold, in one command: the build, the types, the style, nothing unused,
// the simulation, and all the tests. Each check counts as one test, so that the last line tells of all of them:
// `N passed, N failed`. What failed is named before it, one line each. Arguments go to vitest, and then the simulation is
// left out; `--checks-only` leaves simulation and tests out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Check = { readonly name: string; readonly command: readonly string[] };

const checks: readonly Check[] = [
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  { name: 'types', command: ['tsc'] },
  { name: 'style', command: ['biome', 'check'] },
  { name: 'unused code', command: ['knip'] },
];

/** R6, R8: the real engine under 10,000 seeds; alone, because it takes all processors. */
const simulation: Check = { name: 'simulation', command: ['node', 'test/sim/main.ts', '--seeds', '10000'] };

type Count = { readonly passed: number; readonly failed: number; readonly names: readonly string[] };

const root = join(import.meta.dirname, '..');
const tools = join(root, 'node_modules', '.bin');
const args = process.argv.slice(2);

const counts = checks.map(runCheck);
if (args.length === 0) counts.push(runCheck(simulation));
if (!args.includes('--checks-only')) counts.push(runTests(args));

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
for (const name of counts.flatMap(count => count.names)) console.log(`✗ ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function runCheck({ name, command }: Check): Count {
  const isGood = run(command, {}) === 0;
  console.log(`${isGood ? '✓' : '✗'} ${name}`);
  return isGood ? { passed: 1, failed: 0, names: [] } : { passed: 0, failed: 1, names: [name] };
}

/** vitest tells its own exit code only; how many passed comes from our reporter, in a file. */
function runTests(vitestArgs: readonly string[]): Count {
  const directory = mkdtempSync(join(tmpdir(), 'legwork-test-'));
  const countFile = join(directory, 'count.json');
  try {
    const code = run(['vitest', 'run', ...vitestArgs], { LEGWORK_TEST_COUNT: countFile });
    const count = readCount(countFile);
    if (code === 0 || count.failed > 0) return count;
    return { ...count, failed: 1, names: [`vitest ended with ${code}, and no test failed`] };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readCount(file: string): Count {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, names: ['vitest ended before its tests did'] };
  }
}

function run(command: readonly string[], env: NodeJS.ProcessEnv): number {
  const [file = '', ...rest] = command;
  const { status } = spawnSync(file, rest, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, PATH: `${tools}:${process.env.PATH}` },
  });
  return status ?? 1;
}
