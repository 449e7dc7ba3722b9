import { env } from "node:process";
import { defineConfig } from "vitest/config";

/** Where a gate wants the figures of the run as JSON, beside what is printed. */
const reportFile = env.TEST_REPORT_FILE;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // A lock that is waited for from within fails the test instead of hanging it.
    env: { TICKFRAME_TRACK_OWNERS: "1" },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: reportFile ? ["default", ["json", { outputFile: reportFile }]] : ["default"],
  },
});
