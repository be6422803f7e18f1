import { defineConfig } from "vitest/config";

/** Whole machines: guests that QEMU boots, and namespaces. They take minutes, so `npm test` leaves them out. */
export default defineConfig({
  test: {
    include: ["test/guests/**/*.test.ts", "test/windows/**/*.test.ts"],
    globalSetup: ["test/guests/support/build.ts"],
    testTimeout: 300_000,
    // One file at a time with two guests: each of them keeps a processor busy.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
