import type { Candidate } from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import type { LockPeer, PeerLock } from "./lock-peers.ts";
import type { LockMode } from "../../src/locks/index.ts";

/**
 * The same loops for every lock. A loop that has seen two kinds of lock is optimised for neither, so each peer takes
 * them from an instance of this module of its own: {@link loopsOf}.
 */
export interface PeerLoops {
  /** One section after the other, in nobody's way. */
  uncontended(lock: PeerLock, mode: LockMode): Candidate["run"];
  /** One writer and ten readers, whose sections last a turn of the event loop. */
  contended(lock: PeerLock): Candidate["run"];
  /** `ops` callers queue behind a holder and then go one after the other. */
  drain(lock: PeerLock): Candidate["run"];
}

export async function loopsOf({ name }: Pick<LockPeer, "name">): Promise<PeerLoops> {
  const specifier = `./peer-loops.ts?of=${encodeURIComponent(name)}`;
  return ((await import(specifier)) as { loops: PeerLoops }).loops;
}

export const loops: PeerLoops = {
  uncontended(lock, mode) {
    const exclusion = new Exclusion();
    const run = lock[mode];
    const section = async (): Promise<void> => {
      exclusion.enter(mode);
      exclusion.leave(mode);
    };
    return async (ops) => {
      for (let i = 0; i < ops; i++) await run(section);
      exclusion.expect(ops);
    };
  },

  contended(lock) {
    const exclusion = new Exclusion();
    const sectionOf = (mode: LockMode) => async (): Promise<void> => {
      exclusion.enter(mode);
      await new Promise(setImmediate);
      exclusion.leave(mode);
    };
    const task = async (mode: LockMode, sections: number): Promise<void> => {
      const run = lock[mode];
      const section = sectionOf(mode);
      for (let i = 0; i < sections; i++) await run(section);
    };
    return async (ops) => {
      const each = Math.ceil(ops / 11);
      await Promise.all([task("write", each), ...Array.from({ length: 10 }, () => task("read", each))]);
      exclusion.expect(each * 11);
    };
  },

  drain(lock) {
    const exclusion = new Exclusion();
    const section = async (): Promise<void> => {
      exclusion.enter("write");
      exclusion.leave("write");
    };
    const caller = async (): Promise<void> => {
      await lock.write(section);
    };
    return async (ops) => {
      let leave!: () => void;
      const left = new Promise<void>((resolve) => (leave = resolve));
      const holder = lock.write(() => left);
      const callers = Array.from({ length: ops }, caller);
      leave();
      await holder;
      await Promise.all(callers);
      exclusion.expect(ops);
    };
  },
};
