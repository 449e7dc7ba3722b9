/**
 * Does the advice hold? Three workloads are profiled as they are, the contention table says what to do and what that can bring at
 * most; then each is run as advised. Both ways take turns, and check in every section who is inside. Waits are wall-clock times of
 * tasks with timers, for it is waiting that is looked at.
 */
import { contentionTable, LockProfiler, percentText, type LockReport } from "../../src/profiling/index.ts";
import { environment, formatNs, markdownTable, median } from "../harness.ts";
import { ADVISED_WORKLOADS, type AdvisedWorkload } from "./advised-workloads.ts";

const ROUNDS = 5;
const ROUND_MS = 1_500;

interface Round {
  /** All waits, by the acquisitions that could have waited. */
  readonly waitMs: number;
  readonly report: ReturnType<LockProfiler["report"]>;
}

async function round(run: AdvisedWorkload["asItIs"]): Promise<Round> {
  const profiler = new LockProfiler({ timeOneHoldIn: 1 });
  await run(profiler, performance.now() + ROUND_MS);
  const report = profiler.report();
  const modes = report.locks.flatMap(({ read, write }: LockReport) => [read, write]);
  const waitMs = modes.reduce((sum, { wait }) => sum + wait.count * wait.meanMs, 0);
  // Commits come as often either way; readers of snapshots take no lock.
  const writes = report.locks.reduce((sum, { write }) => sum + write.acquisitions, 0);
  return { waitMs: waitMs / writes, report };
}

async function compare({ name, advises, asItIs, asAdvised }: AdvisedWorkload): Promise<string[]> {
  const before: Round[] = [];
  const after: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    before.push(await round(asItIs));
    after.push(await round(asAdvised));
  }
  const bounds = before.map(({ report }) => {
    const [{ bound }] = contentionTable(report);
    if (bound?.cure !== advises) throw new Error(`${name}: the table advises ${bound?.cure ?? "nothing"}`);
    return bound;
  });
  const real = before.map(({ waitMs }, i) => 1 - after[i].waitMs / waitMs);
  const bound = median(bounds.map(({ atMost }) => atMost));
  const gone = median(real);
  const of = (rounds: readonly Round[]): string => formatNs(median(rounds.map(({ waitMs }) => waitMs)) * 1e6);
  return [
    name,
    of(before),
    of(after),
    percentText(median(bounds.map(({ direct }) => direct))),
    `≤ ${percentText(bound)}`,
    percentText(gone),
    `${real.filter((each, i) => each <= bounds[i].atMost + 1e-9).length} of ${ROUNDS}`,
  ];
}

const rows: string[][] = [];
for (const workload of ADVISED_WORKLOADS) rows.push(await compare(workload));
console.log(`Waits that the advice removes. ${environment()}\n`);
console.log(
  markdownTable(
    [
      "workload",
      "wait a write",
      "as advised",
      "by itself",
      "predicted bound",
      "really gone",
      "within the bound",
    ],
    rows,
  ),
);
