import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: './test/build.ts',
    pool: 'forks',
    maxWorkers: 2,
    // Guards against what hangs, not bounds: a busy machine takes its time to start a process.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './test/reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
