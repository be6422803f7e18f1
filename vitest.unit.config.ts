import { defineConfig } from "vitest/config";

/** The tests that need no built program: quick to run while writing a check or a probe. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/end-to-end/**", "test/guests/**", "test/windows/**"],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
