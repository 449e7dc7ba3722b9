export type { LockEvent, LockEventKind } from "./event-ring.ts";
export { LockProfiler, type LockProfilerOptions, type ReportOptions } from "./lock-profiler.ts";
export type {
  BlameReport,
  DurationReport,
  LockModeReport,
  LockReport,
  LongestHold,
  ProfileReport,
  ProfilerCost,
  SiteReport,
} from "./lock-report.ts";
export type { ProfilerLevel } from "./profiler-level.ts";
export type {
  ContentionBound,
  ContentionMode,
  ContentionRow,
  Cure,
  Measured,
  Priority,
} from "./report/contention-row.ts";
export { contentionTable } from "./report/contention-table.ts";
export { durationText } from "./report/duration-text.ts";
export { percentText } from "./report/percent-text.ts";
export { htmlReport } from "./report/html/html-report.ts";
