import type { LockMode } from "../../src/locks/index.ts";
import { Exclusion } from "./exclusion.ts";
import type { LockPeer } from "./lock-peers.ts";

/** Tasks that take one lock over and over. */
export interface ReaderLoad {
  readonly readers: number;
  readonly writers: number;
  /** How long a section lasts, in ms. */
  readonly holdMs: Readonly<Record<LockMode, number>>;
  /** How long a task stays away between two sections, in ms; 0 asks again at once. */
  readonly pauseMs: Readonly<Record<LockMode, number>>;
}

/** What came of a load. Contention means the same for every lock, because it is told from outside. */
export interface LoadResult {
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** Of the acquisitions, those that were not inside by the end of the turn of the event loop in which they asked. */
  readonly waitedShare: number;
  /** From asking to being inside, of all tasks together: ms in each second of the run. */
  readonly waitedMsPerSecond: number;
  /** The same for one acquisition, in ms. */
  readonly waitedMsEach: number;
}

/** Every section checks who is inside. */
export async function runLoad(peer: LockPeer, load: ReaderLoad, durationMs: number): Promise<LoadResult> {
  const lock = peer.create();
  const exclusion = new Exclusion();
  const sections: Record<LockMode, number> = { read: 0, write: 0 };
  let waits = 0;
  let waitedMs = 0;
  const beganAt = performance.now();
  const endAt = beganAt + durationMs;

  const section = async (mode: LockMode): Promise<void> => {
    const askedAt = performance.now();
    let isInside = false;
    setImmediate(() => {
      if (!isInside) waits++;
    });
    await lock[mode](async () => {
      isInside = true;
      waitedMs += performance.now() - askedAt;
      exclusion.enter(mode);
      await sleep(load.holdMs[mode]);
      exclusion.leave(mode);
      sections[mode]++;
    });
  };
  const task = async (mode: LockMode): Promise<void> => {
    while (performance.now() < endAt) {
      await section(mode);
      if (load.pauseMs[mode] > 0) await sleep(load.pauseMs[mode]);
    }
  };
  await Promise.all([
    ...Array.from({ length: load.readers }, () => task("read")),
    ...Array.from({ length: load.writers }, () => task("write")),
  ]);
  const acquisitions = sections.read + sections.write;
  exclusion.expect(acquisitions);
  const seconds = (performance.now() - beganAt) / 1_000;
  return {
    readsPerSecond: sections.read / seconds,
    writesPerSecond: sections.write / seconds,
    waitedShare: waits / acquisitions,
    waitedMsPerSecond: waitedMs / seconds,
    waitedMsEach: waitedMs / acquisitions,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
