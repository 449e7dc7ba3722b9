import type { LockMode } from "../../locks/lock-observer.ts";
import type { LockEvent } from "../event-ring.ts";

/** Something that lasted: a wait in the queue, the time from a grant to the caller's next instruction, or a hold. */
export interface TraceSlice {
  readonly what: "wait" | "resume" | "hold";
  readonly mode: LockMode;
  readonly caller: number;
  readonly site: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** How it ended; `undefined` when it went on at the end of the trace. */
  readonly end:
    "granted" | "resumed" | "upgraded" | "downgraded" | "released" | "timeout" | "abort" | undefined;
  /** Whether its beginning is in the trace; if not, it is drawn from the beginning of the trace on. */
  readonly hasBeginning: boolean;
}

type End = NonNullable<TraceSlice["end"]>;
type What = TraceSlice["what"];

interface OpenSlice {
  readonly event: LockEvent;
  readonly what: What;
  readonly mode: LockMode;
}

/** Pairs the events of one lock, in their order, to what they begin and end. The trace is from `fromMs` to `untilMs`. */
export class SlicePairing {
  readonly #slices: TraceSlice[] = [];
  /** By caller: a wait, then a resume and a hold side by side. */
  readonly #open: Readonly<Record<What, Map<number, OpenSlice>>> = {
    wait: new Map(),
    resume: new Map(),
    hold: new Map(),
  };
  readonly #fromMs: number;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  add(event: LockEvent): void {
    switch (event.kind) {
      case "queued":
        return this.#begin("wait", event);
      case "granted":
        return this.#grant(event);
      case "resumed":
        return this.#end("resume", event, "resumed");
      case "timeout":
      case "abort":
        return this.#end("wait", event, event.kind);
      case "upgraded":
      case "downgraded":
        return this.#change(event, event.kind);
      case "released":
        return this.#end("hold", event, "released");
      case "refused":
        return;
    }
  }

  /** All slices; those still open last until `untilMs`. */
  finish(untilMs: number): readonly TraceSlice[] {
    for (const open of Object.values(this.#open)) {
      for (const slice of open.values()) this.#push(slice, untilMs, undefined);
      open.clear();
    }
    return this.#slices;
  }

  #begin(what: What, event: LockEvent): void {
    this.#open[what].set(event.caller, { event, what, mode: event.mode });
  }

  /** A grant without a wait, one after a wait, or one after a wait whose beginning is lost, which looks like the first. */
  #grant(event: LockEvent): void {
    if (this.#open.wait.has(event.caller)) {
      this.#end("wait", event, "granted");
      this.#begin("resume", event);
    }
    this.#begin("hold", event);
  }

  /**
   * A read became the write of the only one inside, or the reverse: every hold that is open ends here. One that waits to
   * upgrade is a caller of its own, beside the read that it holds meanwhile.
   */
  #change(event: LockEvent, end: "upgraded" | "downgraded"): void {
    for (const hold of this.#open.hold.values()) this.#push(hold, event.atMs, end);
    this.#open.hold.clear();
    if (this.#open.wait.has(event.caller)) {
      this.#end("wait", event, "granted");
      this.#begin("resume", event);
    }
    this.#begin("hold", event);
  }

  #end(what: What, event: LockEvent, end: End): void {
    const open = this.#open[what].get(event.caller);
    this.#open[what].delete(event.caller);
    if (open !== undefined) return this.#push(open, event.atMs, end, event.site);
    // Nobody knows when a grant was whose wait is lost, too: its resume is left out.
    if (what === "resume") return;
    const { mode, caller, site, atMs } = event;
    this.#slices.push({
      what,
      mode,
      caller,
      site,
      fromMs: this.#fromMs,
      toMs: atMs,
      end,
      hasBeginning: false,
    });
  }

  /** `site` is what was known at the end: a place may be found by a stack that is taken after the wait. */
  #push({ event, what, mode }: OpenSlice, toMs: number, end: End | undefined, site = event.site): void {
    const { caller, atMs } = event;
    this.#slices.push({
      what,
      mode,
      caller,
      site,
      fromMs: atMs,
      toMs: Math.max(atMs, toMs),
      end,
      hasBeginning: true,
    });
  }
}
