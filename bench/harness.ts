import { cpus } from "node:os";

/** One way of doing the thing that is measured. */
export interface Candidate {
  readonly name: string;
  /**
   * Does the operation `ops` times; the loop belongs in here, so that no call of the harness is measured. Give each
   * candidate a function literal of its own: a loop shared by two candidates sees both and is optimised for neither.
   */
  readonly run: (ops: number) => void | Promise<void>;
  /** Operations of one slice. @defaultValue as many as fill `sliceMs`, found before the first round */
  readonly ops?: number;
}

export interface MeasureOptions {
  /** Rounds; in each, every candidate runs one slice. @defaultValue 15 */
  readonly rounds?: number;
  /** CPU time one slice should take, in ms. @defaultValue 80 */
  readonly sliceMs?: number;
  /**
   * Whose CPU time counts. `process` includes what the garbage collector and the compiler do on threads of their own,
   * so that no allocation is free; `thread` leaves them out, and with them a server that runs in a worker. It needs
   * `process.threadCpuUsage`, and slices well above the 4 ms some kernels count threads in.
   * @defaultValue "process"
   */
  readonly cpu?: "process" | "thread";
}

/** What the rounds of one candidate gave. */
export interface Measurement {
  readonly name: string;
  /** Median CPU time of one operation, in ns. */
  readonly nsPerOp: number;
  /** Lower and upper quartile, in ns. */
  readonly lowNsPerOp: number;
  readonly highNsPerOp: number;
  /** Median wall-clock time of one operation, in ns. */
  readonly wallNsPerOp: number;
  /** Operations of a slice. */
  readonly ops: number;
  /** CPU time of one operation in each round, in ns, in the order of the rounds. */
  readonly rounds: readonly number[];
}

interface Slice {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/**
 * Measures candidates against each other in one run. Each round runs every candidate once and starts with another one,
 * so that a noisy neighbour or the garbage of the previous slice falls on all alike; compare them by {@link pairedRatio}.
 */
export async function measure(
  candidates: readonly Candidate[],
  { rounds = 15, sliceMs = 80, cpu = "process" }: MeasureOptions = {},
): Promise<Measurement[]> {
  if (candidates.length === 0) throw new RangeError("measure needs at least 1 candidate, got 0");
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new RangeError(`rounds must be a whole number above 0, was ${rounds}`);
  }
  if (!(sliceMs > 0)) throw new RangeError(`sliceMs must be above 0, was ${sliceMs}`);
  const series = [];
  for (const candidate of candidates) {
    series.push({ candidate, ops: await sliceOps(candidate, sliceMs, cpu), slices: [] as Slice[] });
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < series.length; i++) {
      const { candidate, ops, slices } = series[(round + i) % series.length];
      slices.push(await timeSlice(candidate, ops, cpu));
    }
  }
  return series.map(({ candidate, ops, slices }) => summarise(candidate.name, ops, slices));
}

/** How many times the cost of `base` one operation of `measurement` has: the median of the ratios within each round. */
export function pairedRatio(measurement: Measurement, base: Measurement): number {
  return median(measurement.rounds.map((nsPerOp, round) => nsPerOp / base.rounds[round]));
}

/** A markdown table; the first column is aligned left, the others right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** Nanoseconds as a person reads them: `2.4 ns`, `31 ns`, `1.25 µs`, `3.1 ms`. */
export function formatNs(ns: number): string {
  if (ns < 1_000) return `${significant(ns)} ns`;
  if (ns < 1_000_000) return `${significant(ns / 1_000)} µs`;
  return `${significant(ns / 1_000_000)} ms`;
}

/** A ratio as a person reads it: `1.07 ×`, `42 ×`. */
export function formatRatio(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)} ×`;
}

/** Where and when a table was measured, for the line above it. */
export function environment(): string {
  const cores = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cores.length} × ${cores[0]?.model.trim() ?? "unknown CPU"}, ${day}`;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Finds how many operations fill a slice, and warms the candidate up on the way. */
async function sliceOps(candidate: Candidate, sliceMs: number, cpu: "process" | "thread"): Promise<number> {
  if (candidate.ops !== undefined) {
    await timeSlice(candidate, candidate.ops, cpu);
    return candidate.ops;
  }
  // The later slices run optimised code, so only a slice near the wanted length says how long it takes.
  for (let ops = 1; ;) {
    const { wallMs } = await timeSlice(candidate, ops, cpu);
    if (wallMs >= sliceMs / 2) return Math.max(1, Math.round((ops * sliceMs) / wallMs));
    ops = Math.ceil(ops * Math.min(8, Math.max(2, sliceMs / wallMs)));
  }
}

async function timeSlice(candidate: Candidate, ops: number, cpu: "process" | "thread"): Promise<Slice> {
  const before = cpuMs(cpu);
  const beganAt = performance.now();
  await candidate.run(ops);
  const wallMs = performance.now() - beganAt;
  return { cpuMs: cpuMs(cpu) - before, wallMs };
}

function cpuMs(cpu: "process" | "thread"): number {
  const { user, system } = cpu === "process" ? process.cpuUsage() : process.threadCpuUsage();
  return (user + system) / 1_000;
}

function summarise(name: string, ops: number, slices: readonly Slice[]): Measurement {
  const rounds = slices.map((slice) => (slice.cpuMs * 1e6) / ops);
  const sorted = [...rounds].sort((a, b) => a - b);
  return {
    name,
    nsPerOp: quantile(sorted, 0.5),
    lowNsPerOp: quantile(sorted, 0.25),
    highNsPerOp: quantile(sorted, 0.75),
    wallNsPerOp: median(slices.map((slice) => (slice.wallMs * 1e6) / ops)),
    ops,
    rounds,
  };
}

/** Of ascending values, interpolated between neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low);
}

function significant(value: number): string {
  return value < 10 ? value.toFixed(value < 1 ? 2 : 1) : String(Math.round(value));
}
