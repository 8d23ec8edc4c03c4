import { defineConfig } from 'vitest/config';

// The config file of the test runner is the one place where a default export is asked for.
export default defineConfig({
  test: {
    include: ['test/page/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
