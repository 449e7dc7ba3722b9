import { cpus } from "node:os";
import type { BenchReport } from "../../lock-bench/bench-report.ts";

/** A bench, with where and when it was measured. */
export interface MeasuredBench extends Machine, BenchReport {}

export interface Machine {
  /** ISO 8601. */
  readonly takenAt: string;
  readonly node: string;
  /** Such as `linux x64, 2 × AMD EPYC`. */
  readonly machine: string;
}

export function machineNow(): Machine {
  const cores = cpus();
  return {
    takenAt: new Date().toISOString(),
    node: process.versions.node,
    machine: `${process.platform} ${process.arch}, ${cores.length} × ${cores[0]?.model.trim() ?? "unknown CPU"}`,
  };
}
