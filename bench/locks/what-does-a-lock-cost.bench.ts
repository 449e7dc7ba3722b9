/**
 * What does a lock cost when nobody is in the way? One read section, in each form a caller may write it, against the
 * same section without a lock; with no profiler, with one that times every hold, and with one that times 1 in 64.
 * Every section checks that no writer is inside, and a writer goes in between every 1,024 sections.
 *
 * Each profiler setting has a process of its own, as a program has one of them: code that has seen an observer is
 * compiled to look for it, and a lock without one would pay for that here.
 */
import { spawnSync } from "node:child_process";
import { AsyncRWLock, NOT_FREE } from "../../src/locks/index.ts";
import { LockProfiler } from "../../src/profiling/index.ts";
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  pairedRatio,
} from "../harness.ts";

const settings: Readonly<Record<string, LockProfiler | undefined>> = {
  "no profiler": undefined,
  profiler: new LockProfiler(),
  "profiler, 1 hold in 64 timed": new LockProfiler({ timeOneHoldIn: 64 }),
};

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

interface Cost {
  readonly floorNs: number;
  readonly lockedNs: number;
  readonly ratio: number;
}

/** The forms under one setting, in the order of {@link forms}. */
async function measureForms(profiler: LockProfiler | undefined): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const { title, floor, locked } of forms) {
    const lock = new AsyncRWLock({ observer: profiler });
    const [bare, held] = await measure([floor, { name: title, run: locked(lock) }]);
    if (readersInside !== 0 || lock.readers !== 0) throw new Error(`${lock.readers} reader(s) never left`);
    costs.push({ floorNs: bare.nsPerOp, lockedNs: held.nsPerOp, ratio: pairedRatio(held, bare) });
  }
  for (const { read } of profiler?.snapshot() ?? []) {
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

function printTable(): void {
  const columns = Object.keys(settings).map((setting) => ({ setting, costs: measureApart(setting) }));
  const rows = forms.map(({ title, floor }, form) => [
    title,
    `${floor.name}: ${formatNs(columns[0].costs[form].floorNs)}`,
    ...columns.map(({ costs }) => `${formatNs(costs[form].lockedNs)} (${formatRatio(costs[form].ratio)})`),
  ]);
  console.log(
    `CPU time of one uncontended read section (times its floor in the same process). ${environment()}\n`,
  );
  console.log(markdownTable(["form", "floor", ...columns.map(({ setting }) => setting)], rows));
}

const [, , setting] = process.argv;
if (setting === undefined) printTable();
else if (setting in settings) console.log(JSON.stringify(await measureForms(settings[setting])));
else throw new RangeError(`unknown setting "${setting}"; known are ${Object.keys(settings).join("; ")}`);
