// Prints `N passed, N failed` from vitest's JSON report: node test-figures.mjs <report> <exit code of the run>.
// Plain JavaScript, for it runs on whatever Node the machine has, also when nothing could be installed.
import { readFileSync } from "node:fs";

const [reportFile, exitCode] = process.argv.slice(2);
const text = readFileSync(reportFile, "utf8");
const report = text === "" ? { numPassedTests: 0, numFailedTests: 0, testResults: [] } : JSON.parse(text);

// A file that could not be loaded has no tests, so it counts as one that failed.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
const failed = report.numFailedTests + broken.length;
// The run itself failed when it ended badly without naming a test: an unhandled error, no report, or a timeout.
console.log(`${report.numPassedTests} passed, ${failed === 0 && exitCode !== "0" ? 1 : failed} failed`);
