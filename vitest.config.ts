import { defineConfig } from 'vitest/config';

/** One project per tier: plain Node, ONNX Runtime, the built thread, the built command line, Chromium. */
export default defineConfig({
  test: {
    projects: ['unit', 'onnxruntime', 'worker', 'cli', 'page'].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        // One browser, one display: page tests run file by file.
        fileParallelism: name !== 'page',
        // Each command line is a process of its own.
        maxConcurrency: 3,
      },
    })),
  },
});
