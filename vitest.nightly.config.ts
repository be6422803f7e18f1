import { defineConfig } from "vitest/config";

/** What takes too long for every change: all failures of all machines, and fuzzing by the hundred thousand. */
export default defineConfig({
  test: { include: ["test/**/*.nightly.ts"], testTimeout: 3_600_000, maxWorkers: 2 },
});
