import type { Candidate } from "./candidate.ts";
import { GuardedPair } from "./guarded-pair.ts";

/** The heap that reads take which wait for a write to end. */
export interface MemoryReport {
  /** Reads that waited at once. */
  readonly callers: number;
  /** For each of them, its promise included. */
  readonly waitingBytes: number;
  /** For each of them, once all have been served: what the lock keeps. */
  readonly leftBytes: number;
}

export interface MemoryProbeParts {
  /** Collects all garbage, as `globalThis.gc` does. */
  readonly collect: () => void;
  /** @defaultValue what `process.memoryUsage` tells */
  readonly heapUsed?: () => number;
}

const CALLERS = 10_000;
/** Once through, so that code and its feedback are not counted. */
const WARM_UP_CALLERS = 1_000;

export async function probeMemory(
  candidate: Pick<Candidate, "open">,
  { collect, heapUsed = () => process.memoryUsage().heapUsed }: MemoryProbeParts,
): Promise<MemoryReport> {
  const usedBytes = () => {
    collect();
    return heapUsed();
  };
  await probe(candidate, WARM_UP_CALLERS, usedBytes);
  return probe(candidate, CALLERS, usedBytes);
}

async function probe(
  { open }: Pick<Candidate, "open">,
  callers: number,
  usedBytes: () => number,
): Promise<MemoryReport> {
  const lock = open(new GuardedPair());
  const done = Promise.resolve();
  let endWrite!: () => void;
  const writing = new Promise<void>((resolve) => (endWrite = resolve));
  const body = () => done;
  const reads = Array.from<Promise<void> | undefined>({ length: callers });
  const before = usedBytes();
  const write = lock.write(() => writing);
  for (let i = 0; i < callers; i++) reads[i] = lock.read(body);
  const waiting = usedBytes();
  endWrite();
  await Promise.all([write, ...reads]);
  void reads.fill(undefined);
  const after = usedBytes();
  // Held until here, so that what it keeps was counted.
  await lock.write(() => done);
  return { callers, waitingBytes: (waiting - before) / callers, leftBytes: (after - before) / callers };
}
