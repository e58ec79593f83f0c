import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

type Count = { passed: number; failed: number };

/**
 * Prints `N passed, N failed` as the last line of a run. Whatever did not pass has failed: a
 * skipped test, a file that did not load, an error outside of any test. Where the whole of
 * `npm test` prints that line (LEGWORK_TEST_COUNT is set), the count goes to that file instead.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = countTests(modules);
    count.failed += unhandledErrors.length;

    process.once('exit', () => {
      if (count.failed > 0) process.exitCode ||= 1;
      const file = process.env.LEGWORK_TEST_COUNT;
      if (file) return writeFileSync(file, JSON.stringify(count));
      process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
    });
  }
}

function countTests(modules: readonly TestModule[]): Count {
  const count = { passed: 0, failed: modules.length === 0 ? 1 : 0 };
  for (const module of modules) {
    count.failed += module.errors().length;
    for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      if (test.result().state === 'passed') count.passed += 1;
      else count.failed += 1;
    }
  }
  return count;
}
