/**
 * Which guard fits? Frames of three sizes, read by many tasks across an await while bars close, in four mixes of reads and
 * commits, behind each guard; and the same where every commit amends a bar that has closed. Times are from the wish to
 * the end, so a read contains the turn of the event loop for which it holds on. Every read checks that it saw one commit.
 */
import { getHeapStatistics, type HeapInfo } from "node:v8";
import { environment, formatNs, markdownTable, median } from "../harness.ts";
import { GuardedMarket, type MixOptions } from "./guarded-bars.ts";

const ROUNDS = 5;
const GUARDS = ["rwlock", "snapshot", "adaptive"] as const;
const SIZES = [1_000, 10_000, 100_000];
const SHARES = [0.99, 0.95, 0.8, 0.5];
const ACCESSES = 3_000;

interface Round {
  readonly cpuNs: number;
  readonly readNs: number;
  readonly readP99Ns: number;
  readonly commitNs: number;
  readonly commitP99Ns: number;
  /** Of the JavaScript heap, an access; NaN where Node does not tell. */
  readonly garbageBytes: number;
}

async function round(market: GuardedMarket, mix: MixOptions): Promise<Round> {
  const allocated = allocatedBytes();
  const { user, system } = process.cpuUsage();
  const { reads, commits } = await market.run(mix);
  const used = process.cpuUsage({ user, system });
  return {
    cpuNs: ((used.user + used.system) * 1e3) / mix.accesses,
    readNs: quantileNs(reads, 0.5),
    readP99Ns: quantileNs(reads, 0.99),
    commitNs: quantileNs(commits, 0.5),
    commitP99Ns: quantileNs(commits, 0.99),
    garbageBytes: (allocatedBytes() - allocated) / mix.accesses,
  };
}

function allocatedBytes(): number {
  return (
    (getHeapStatistics() as HeapInfo & { readonly total_allocated_bytes?: number }).total_allocated_bytes ??
    NaN
  );
}

function quantileNs(sortedMs: Float64Array, q: number): number {
  return sortedMs[Math.min(sortedMs.length - 1, Math.floor(sortedMs.length * q))] * 1e6;
}

/** One line for each guard, which take turns. */
async function compare(label: readonly string[], bars: number, mix: MixOptions): Promise<string[][]> {
  const worlds = GUARDS.map((guard) => ({
    guard,
    market: new GuardedMarket({ guard }, bars),
    rounds: [] as Round[],
  }));
  for (const { market } of worlds) await market.run(mix);
  for (let i = 0; i < ROUNDS; i++) {
    for (const { market, rounds } of worlds) rounds.push(await round(market, mix));
  }
  return worlds.map(({ guard, market, rounds }) => {
    const of = (name: keyof Round) => median(rounds.map((each) => each[name]));
    const { serves, switches } = market.guard.stats();
    const garbage = of("garbageBytes");
    return [
      ...label,
      guard === "adaptive" ? `adaptive → ${serves}${switches > 1 ? `, ${switches} switches` : ""}` : guard,
      formatNs(of("cpuNs")),
      formatNs(of("readNs")),
      formatNs(of("readP99Ns")),
      formatNs(of("commitNs")),
      formatNs(of("commitP99Ns")),
      Number.isNaN(garbage) ? "not told" : `${Math.round(garbage)} B`,
    ];
  });
}

const COLUMNS = [
  "guard",
  "CPU an access",
  "read p50",
  "read p99",
  "commit p50",
  "commit p99",
  "garbage an access",
];

const rows: string[][] = [];
for (const bars of SIZES) {
  for (const readShare of SHARES) {
    const label = [bars.toLocaleString("en"), `${Math.round(readShare * 100)} %`];
    rows.push(...(await compare(label, bars, { accesses: ACCESSES, readShare })));
  }
}
console.log(`Frames behind each guard. ${environment()}\n`);
console.log(markdownTable(["bars", "reads", ...COLUMNS], rows));

const late: string[][] = [];
for (const bars of SIZES) {
  const mix = { accesses: ACCESSES, readShare: 0.95, isLate: true };
  late.push(...(await compare([bars.toLocaleString("en")], bars, mix)));
}
console.log("\nThe same at 95 % reads, where every commit is a late trade that amends a closed bar.\n");
console.log(markdownTable(["bars", ...COLUMNS], late));
