import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A busy machine takes its time to start a process.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './test/reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
