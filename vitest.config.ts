import { defineConfig } from 'vitest/config';

// The config file of the test runner is the one place where a default export is asked for.
export default defineConfig({
  test: { include: ['test/unit/**/*.test.ts', 'test/worker/**/*.test.ts'], testTimeout: 30_000 },
});
