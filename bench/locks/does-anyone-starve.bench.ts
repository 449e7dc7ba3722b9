/**
 * Does anyone starve? Event loop turns until one caller enters while others of the other mode come and go: a writer
 * among ten readers, and a reader among four writers, whose sections last two turns. Every section checks who is inside.
 */
import { AsyncRWLock, type LockMode } from "../../src/locks/index.ts";
import { environment, markdownTable } from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import { loadLockPeers, type LockPeer } from "./lock-peers.ts";

const PATIENCE_TURNS = 3_000;

const turn = (): Promise<void> => new Promise(setImmediate);

/** Infinity when the caller was not served within {@link PATIENCE_TURNS}. */
async function turnsUntil(
  peer: LockPeer,
  mode: LockMode,
  rivals: number,
  again: "before" | "after",
): Promise<number> {
  const lock = peer.create();
  const exclusion = new Exclusion();
  const other = mode === "read" ? "write" : "read";
  const calls: Promise<unknown>[] = [];
  let isEnding = false;
  let sections = 0;
  const work = async (): Promise<void> => {
    sections++;
    exclusion.enter(other);
    await turn();
    await turn();
    exclusion.leave(other);
    if (!isEnding && again === "before") calls.push(lock[other](work));
  };
  const rival = async (): Promise<void> => {
    await lock[other](work);
    if (!isEnding && again === "after") calls.push(rival());
  };
  for (let i = 0; i < rivals; i++) {
    calls.push(rival());
    await turn();
  }
  let turns = 0;
  const waited = { turns: Infinity };
  const served = lock[mode](async () => {
    sections++;
    exclusion.enter(mode);
    waited.turns = turns;
    exclusion.leave(mode);
  });
  for (; turns < PATIENCE_TURNS && waited.turns === Infinity; turns++) await turn();
  const result = waited.turns;
  isEnding = true;
  await served;
  // Calls that ask again add to the list while it is awaited.
  for (let i = 0; i < calls.length; i++) await calls[i];
  exclusion.expect(sections);
  return result;
}

/** The worse of the two ways to come back. */
async function worst(peer: LockPeer, mode: LockMode, rivals: number): Promise<string> {
  const turns = Math.max(
    await turnsUntil(peer, mode, rivals, "before"),
    await turnsUntil(peer, mode, rivals, "after"),
  );
  return turns === Infinity ? "never" : String(turns);
}

const policies = (["fifo", "readers-first", "writers-first"] as const).map((policy): LockPeer => ({
  name: `tickframe, ${policy}`,
  isMutex: false,
  create() {
    const lock = new AsyncRWLock({ policy });
    return { read: (work) => lock.withRead(work), write: (work) => lock.withWrite(work) };
  },
}));

const rows: string[][] = [];
const peers = (await loadLockPeers()).filter(({ name, isMutex }) => name !== "tickframe" && !isMutex);
for (const peer of [...policies, ...peers]) {
  const isOurs = policies.includes(peer);
  const cells = [await worst(peer, "write", 10), await worst(peer, "read", 4)];
  if (isOurs && cells.includes("never")) throw new Error(`a caller of ${peer.name} starved`);
  rows.push([peer.name, ...cells, isOurs ? "a number" : ""]);
}
console.log(`Event loop turns until it entered; "never" is above ${PATIENCE_TURNS}. ${environment()}\n`);
console.log(markdownTable(["lock", "a writer among 10 readers", "a reader among 4 writers", "target"], rows));
