/**
 * Do readers wait less than behind a mutex? Ten readers that hold the lock for a millisecond each, alone and with two
 * writers that hold it for two; wall-clock time, because what they do is wait. Every section checks who is inside.
 */
import type { LockMode } from "../../src/locks/index.ts";
import { environment, formatRatio, markdownTable, median } from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import { loadLockPeers, type LockPeer } from "./lock-peers.ts";

const ROUNDS = 5;
const ROUND_MS = 400;
const HOLD_MS: Readonly<Record<LockMode, number>> = { read: 1, write: 2 };

type Rates = Readonly<Record<LockMode, number>>;

/** Sections a second of each mode. */
async function round(peer: LockPeer, writers: number): Promise<Rates> {
  const lock = peer.create();
  const exclusion = new Exclusion();
  const sections: Record<LockMode, number> = { read: 0, write: 0 };
  const beganAt = performance.now();
  const endAt = beganAt + ROUND_MS;
  const task = async (mode: LockMode): Promise<void> => {
    while (performance.now() < endAt) {
      await lock[mode](async () => {
        exclusion.enter(mode);
        await new Promise((resolve) => setTimeout(resolve, HOLD_MS[mode]));
        exclusion.leave(mode);
        sections[mode]++;
      });
    }
  };
  await Promise.all([
    ...Array.from({ length: 10 }, () => task("read")),
    ...Array.from({ length: writers }, () => task("write")),
  ]);
  exclusion.expect(sections.read + sections.write);
  const seconds = (performance.now() - beganAt) / 1_000;
  return { read: sections.read / seconds, write: sections.write / seconds };
}

const names = new Set(["tickframe", "rwlock", "prex", "await-lock", "async-mutex"]);
const peers = (await loadLockPeers()).filter(({ name }) => names.has(name));
const mutex = peers.find(({ name }) => name === "async-mutex")!;
const measured = new Map(peers.map((peer) => [peer, { alone: [] as Rates[], mixed: [] as Rates[] }]));
for (let i = 0; i < ROUNDS; i++) {
  for (const [peer, { alone, mixed }] of measured) {
    alone.push(await round(peer, 0));
    mixed.push(await round(peer, 2));
  }
}

const rate = (rates: readonly Rates[], mode: LockMode) => median(rates.map((each) => each[mode]));
const mutexReads = rate(measured.get(mutex)!.alone, "read");
const rows = [...measured].map(([peer, { alone, mixed }]) => [
  peer.isMutex ? `${peer.name} (mutex)` : peer.name,
  rate(alone, "read").toFixed(0),
  formatRatio(rate(alone, "read") / mutexReads),
  rate(mixed, "read").toFixed(0),
  rate(mixed, "write").toFixed(0),
  peer.name === "tickframe" ? "≥ 9.50 ×, both sides go on" : "",
]);
console.log(`Sections a second, wall clock, median of ${ROUNDS} rounds. ${environment()}\n`);
console.log(
  markdownTable(
    ["lock", "10 readers: reads/s", "× mutex", "with 2 writers: reads/s", "writes/s", "target"],
    rows,
  ),
);
