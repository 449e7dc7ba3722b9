/**
 * What does profiling cost where nobody is in the way? One read section, in each form a caller may write it, with a
 * profiler at each level, against the same lock without one, and the same section without a lock. Every section checks that no
 * writer is inside, and a writer goes in between every 1,024 sections.
 *
 * Each level has a process of its own, as a program has one of them: code that has seen an observer is compiled to look
 * for it, and a lock without one would pay for that here. The processes take turns, several times.
 */
import { spawnSync } from "node:child_process";
import { AsyncRWLock, NOT_FREE } from "../../src/locks/index.ts";
import { LockProfiler } from "../../src/profiling/index.ts";
import { type Candidate, environment, formatNs, markdownTable, measure, median } from "../harness.ts";

const settings: Readonly<Record<string, () => LockProfiler | undefined>> = {
  "no profiler": () => undefined,
  off: () => new LockProfiler({ level: "off" }),
  counts: () => new LockProfiler({ level: "counts" }),
  sampled: () => new LockProfiler({ level: "sampled" }),
  trace: () => new LockProfiler({ level: "trace" }),
};

/** Processes of each setting. */
const TURNS = 3;

const WRITE_EVERY = 1_024;

let readersInside = 0;
let writersInside = 0;
let sections = 0;

function enterRead(): void {
  if (writersInside !== 0) throw new Error("a reader entered while a writer was inside");
  readersInside++;
  sections++;
}

function leaveRead(): void {
  readersInside--;
}

function writeSection(): void {
  if (readersInside !== 0 || writersInside !== 0)
    throw new Error("a writer entered while somebody was inside");
  writersInside++;
  writersInside--;
}

function synchronousSection(): void {
  enterRead();
  leaveRead();
}

async function readSection(): Promise<void> {
  enterRead();
  leaveRead();
}

function writeThrough(lock: AsyncRWLock): void {
  const guard = lock.tryAcquireWrite();
  if (guard === undefined) throw new Error("the lock was not free for the writer");
  writeSection();
  guard.release();
}

interface Form {
  readonly title: string;
  readonly floor: Candidate;
  readonly locked: (lock: AsyncRWLock) => Candidate["run"];
}

const forms: readonly Form[] = [
  {
    title: "tryAcquireRead + release",
    floor: {
      name: "bare counter",
      run(ops) {
        for (let i = 0; i < ops; i++) {
          if (i % WRITE_EVERY === 0) writeSection();
          enterRead();
          leaveRead();
        }
      },
    },
    locked: (lock) => (ops) => {
      for (let i = 0; i < ops; i++) {
        if (i % WRITE_EVERY === 0) writeThrough(lock);
        const guard = lock.tryAcquireRead();
        if (guard === undefined) throw new Error("the lock was not free for the reader");
        enterRead();
        leaveRead();
        guard.release();
      }
    },
  },
  {
    title: "tryWithRead(fn)",
    floor: {
      name: "fn()",
      run(ops) {
        for (let i = 0; i < ops; i++) {
          if (i % WRITE_EVERY === 0) writeSection();
          synchronousSection();
        }
      },
    },
    locked: (lock) => (ops) => {
      for (let i = 0; i < ops; i++) {
        if (i % WRITE_EVERY === 0) writeThrough(lock);
        if (lock.tryWithRead(synchronousSection) === NOT_FREE) {
          throw new Error("the lock was not free for the reader");
        }
      }
    },
  },
  {
    title: "await acquireRead + release",
    floor: {
      name: "await undefined",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          if (i % WRITE_EVERY === 0) writeSection();
          // oxlint-disable-next-line typescript/await-thenable -- the least an await can cost is the floor
          await undefined;
          enterRead();
          leaveRead();
        }
      },
    },
    locked: (lock) => async (ops) => {
      for (let i = 0; i < ops; i++) {
        if (i % WRITE_EVERY === 0) writeThrough(lock);
        const guard = await lock.acquireRead();
        enterRead();
        leaveRead();
        guard.release();
      }
    },
  },
  {
    title: "await withRead(async fn)",
    floor: {
      name: "await fn()",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          if (i % WRITE_EVERY === 0) writeSection();
          await readSection();
        }
      },
    },
    locked: (lock) => async (ops) => {
      for (let i = 0; i < ops; i++) {
        if (i % WRITE_EVERY === 0) writeThrough(lock);
        await lock.withRead(readSection);
      }
    },
  },
];

/** Of one section, in ns. */
interface Cost {
  readonly floorNs: number;
  readonly lockedNs: number;
}

/** The forms under one setting, in the order of {@link forms}. */
async function measureForms(profiler: LockProfiler | undefined): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const { title, floor, locked } of forms) {
    const lock = new AsyncRWLock({ observer: profiler });
    const [bare, held] = await measure([floor, { name: title, run: locked(lock) }]);
    if (readersInside !== 0 || lock.readers !== 0) throw new Error(`${lock.readers} reader(s) never left`);
    costs.push({ floorNs: bare.nsPerOp, lockedNs: held.nsPerOp });
  }
  for (const { read, level } of profiler?.snapshot() ?? []) {
    if (level !== "off" && read.acquisitions === 0) throw new Error("the profiler counted nothing");
    if (read.contended !== 0)
      throw new Error(`${read.contended} sections had to wait, though nobody was in the way`);
  }
  if (sections === 0) throw new Error("no section ran");
  return costs;
}

function measureApart(setting: string): Cost[] {
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, setting],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0) throw new Error(`measuring "${setting}" ended with exit code ${status}`);
  return JSON.parse(stdout) as Cost[];
}

/** What a level adds to the lock, as a share of a section without a profiler that was measured right beside it. */
function printTable(): void {
  const names = Object.keys(settings);
  const turns = Array.from({ length: TURNS }, () => names.map((name) => measureApart(name)));
  const rows = forms.map(({ title, floor }, form) => {
    const of = (pick: (costs: readonly Cost[]) => number, setting: number) =>
      median(turns.map((turn) => pick(turn[setting])));
    const cells = names.map((_, setting) => {
      const ns = formatNs(of((costs) => costs[form].lockedNs, setting));
      if (setting === 0) return ns;
      // Each against its own floor, because the machine is not as fast in each process.
      const added = median(
        turns.map((turn) => overFloor(turn[setting][form]) / overFloor(turn[0][form]) - 1),
      );
      return `${ns} (${added < 0 ? "−" : "+"}${Math.abs(added * 100).toFixed(1)} %)`;
    });
    return [title, `${floor.name}: ${formatNs(of((costs) => costs[form].floorNs, 0))}`, ...cells];
  });
  console.log(`CPU time of one uncontended read section, by the profiler's level. ${environment()}\n`);
  console.log(markdownTable(["form", "floor", ...names], rows));
}

function overFloor({ floorNs, lockedNs }: Cost): number {
  return lockedNs / floorNs;
}

const [, , setting] = process.argv;
if (setting === undefined) printTable();
else if (setting in settings) console.log(JSON.stringify(await measureForms(settings[setting]())));
else throw new RangeError(`unknown setting "${setting}"; known are ${Object.keys(settings).join("; ")}`);
