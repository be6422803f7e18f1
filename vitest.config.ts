import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Whole machines take minutes: vitest.machines.config.ts.
    exclude: ["test/guests/**", "test/windows/**"],
    globalSetup: ["test/setup/build.ts"],
    testTimeout: 30_000,
    // Two workers: the end-to-end tests spawn interpreters of their own.
    maxWorkers: 2,
  },
});
