import { defineConfig } from 'vitest/config';

/** One project per tier: what runs in plain Node, against the built thread, the built command line, and in Chromium. */
export default defineConfig({
  test: {
    projects: ['unit', 'worker', 'cli', 'page'].map((name) => ({
      test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: 60_000, hookTimeout: 120_000 },
    })),
  },
});
