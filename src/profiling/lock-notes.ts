import type { LockMode } from "../locks/lock-observer.ts";
import type { Charges } from "./held-shares.ts";
import type { OpenWait } from "./wait-graph.ts";

/** What a profiler notes of a wait. */
export class WaitNote {
  /** Whose it is, in the trace. */
  readonly caller: number;
  readonly mode: LockMode;
  readonly sinceMs: number;
  /** What the holders of the lock had been charged with before. */
  readonly before: Charges;
  /** `undefined` as long as the place is not known. */
  site: string | undefined;
  grantedMs = NaN;
  /** What it is to be charged to. */
  charges: Charges | undefined;
  hold: HoldNote | undefined;
  /** Where it stands among the waits of all locks; `undefined` while its task holds nothing that is known. */
  open: OpenWait | undefined;

  constructor(caller: number, mode: LockMode, sinceMs: number, site: string | undefined, before: Charges) {
    this.caller = caller;
    this.mode = mode;
    this.sinceMs = sinceMs;
    this.site = site;
    this.before = before;
  }
}

/** What a profiler notes of a hold that it follows. */
export class HoldNote {
  readonly caller: number;
  readonly mode: LockMode;
  /** NaN when it is not timed. */
  readonly sinceMs: number;
  site: string | undefined;
  isOver = false;

  constructor(caller: number, mode: LockMode, sinceMs: number, site: string | undefined) {
    this.caller = caller;
    this.mode = mode;
    this.sinceMs = sinceMs;
    this.site = site;
  }
}
