export { LockProfiler, type LockProfilerOptions } from "./lock-profiler.ts";
export type { DurationReport, LockModeReport, LockReport } from "./lock-report.ts";
