import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** `names`: of what failed. */
type Count = { passed: number; failed: number; names: string[] };

/**
 * Prints `N passed, N failed` as the last line of a run, and before it what failed, one line each, where a log that was cut still
 * shows it. Whatever did not pass has failed: a skipped test, a file that did not load, an error outside of any test. Where the whole of
 * `npm test` prints these lines (LEGWORK_TEST_COUNT is set), the count goes to that file instead.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = countTests(modules);
    for (const error of unhandledErrors) fail(count, `outside of any test: ${firstLine(error)}`);

    process.once('exit', () => {
      if (count.failed > 0) process.exitCode ||= 1;
      const file = process.env.LEGWORK_TEST_COUNT;
      if (file) return writeFileSync(file, JSON.stringify(count));
      process.stdout.write(count.names.map(name => `✗ ${name}\n`).join(''));
      process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
    });
  }
}

function countTests(modules: readonly TestModule[]): Count {
  const count: Count = { passed: 0, failed: 0, names: [] };
  if (modules.length === 0) fail(count, 'there are no tests');
  for (const module of modules) {
    const file = module.relativeModuleId;
    for (const error of module.errors()) fail(count, `${file}: ${firstLine(error)}`);
    for (const suite of module.children.allSuites())
      for (const error of suite.errors()) fail(count, `${file} > ${suite.fullName}: ${firstLine(error)}`);
    for (const test of module.children.allTests()) {
      if (test.result().state === 'passed') count.passed += 1;
      else fail(count, `${file} > ${test.fullName}`);
    }
  }
  return count;
}

function fail(count: Count, name: string): void {
  count.failed += 1;
  count.names.push(name);
}

function firstLine(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).split('\n')[0] ?? '';
}
