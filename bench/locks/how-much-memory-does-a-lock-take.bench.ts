/**
 * How much memory does a lock take? The heap that 20,000 locks hold after use, and that 20,000 callers hold which wait for
 * one, their own async function included, after a full collection. Each candidate has a process of its own.
 */
import { spawnSync } from "node:child_process";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { environment, markdownTable, median } from "../harness.ts";
import { loadLockPeers } from "./lock-peers.ts";

const COUNT = 20_000;
const ROUNDS = 3;
const NAMES = ["tickframe", "prex", "rwlock", "rwmutex", "async-primitives", "await-lock", "async-mutex"];
const FLOOR = "floor: a bare promise";
/** The product without the adapter that makes peers alike. */
const PLAIN = "tickframe, by its guards";
/** Its waiters wake each other so often that letting them go takes minutes. */
const WAITS_TOO_LONG = "rwmutex";

interface Bytes {
  readonly lock: number;
  readonly waiter: number;
}

function heapBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error("run it with --expose-gc");
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

async function bytesEach(make: () => unknown): Promise<number> {
  const kept: unknown[] = Array.from({ length: COUNT });
  const before = heapBytes();
  for (let i = 0; i < COUNT; i++) kept[i] = make();
  // Calls that settle at once are over before the heap is read.
  await new Promise(setImmediate);
  const bytes = (heapBytes() - before) / COUNT;
  if (kept.length !== COUNT) throw new Error("what is measured was not kept");
  return bytes;
}

async function measureHere(name: string): Promise<Bytes> {
  if (name === FLOOR) {
    const pending = new Promise<void>(() => {});
    const caller = async (): Promise<void> => {
      await pending;
    };
    return { lock: NaN, waiter: await bytesEach(() => caller()) };
  }
  if (name === PLAIN) return measurePlain();
  const peer = (await loadLockPeers()).find((each) => each.name === name)!;
  // Once beforehand, so that what a class makes with its first object is not counted.
  await peer.create().read(async () => {});
  const lock = await bytesEach(() => {
    const made = peer.create();
    void made.read(async () => {});
    return made;
  });
  if (name === WAITS_TOO_LONG) return { lock, waiter: NaN };
  const held = peer.create();
  void held.write(() => new Promise<void>(() => {}));
  const caller = async (): Promise<void> => {
    await held.write(async () => {});
  };
  return { lock, waiter: await bytesEach(() => caller()) };
}

async function measurePlain(): Promise<Bytes> {
  (await new AsyncRWLock().acquireRead()).release();
  const lock = await bytesEach(() => {
    const made = new AsyncRWLock();
    void made.acquireRead().then((guard) => guard.release());
    return made;
  });
  const held = new AsyncRWLock();
  if (held.tryAcquireWrite() === undefined) throw new Error("a new lock was not free");
  const caller = async (): Promise<void> => {
    const guard = await held.acquireWrite();
    guard.release();
  };
  return { lock, waiter: await bytesEach(() => caller()) };
}

function measureApart(name: string): Bytes {
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", import.meta.filename, name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`measuring ${name} ended with exit code ${status}`);
  // What is not a number is null in JSON.
  const { lock, waiter } = JSON.parse(stdout) as { lock: number | null; waiter: number | null };
  return { lock: lock ?? NaN, waiter: waiter ?? NaN };
}

function formatBytes(bytes: number): string {
  return Number.isNaN(bytes) ? "" : `${Math.round(bytes)} B`;
}

function printTable(): void {
  const rows = [FLOOR, PLAIN, ...NAMES].map((name) => {
    const rounds = Array.from({ length: ROUNDS }, () => measureApart(name));
    return [
      name,
      formatBytes(median(rounds.map(({ lock }) => lock))),
      formatBytes(median(rounds.map(({ waiter }) => waiter))),
      name === PLAIN ? "≤ 120 B, ≤ 660 B" : "",
    ];
  });
  console.log(
    `Heap, median of ${ROUNDS}; a lock is counted with the adapter that makes peers alike. ${environment()}\n`,
  );
  console.log(markdownTable(["lock", "idle lock, after use", "waiter with its caller", "target"], rows));
}

const [, , name] = process.argv;
if (name === undefined) printTable();
else console.log(JSON.stringify(await measureHere(name)));
