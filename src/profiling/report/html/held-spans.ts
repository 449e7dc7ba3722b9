import type { LockMode } from "../../../locks/lock-observer.ts";
import type { LockEvent } from "../../event-ring.ts";

/** A stretch of time in which one caller waited for a lock, was about to go on, or held it. */
export interface HeldSpan {
  readonly kind: "wait" | "resume" | "hold";
  readonly mode: LockMode;
  readonly site: string | undefined;
  /** From 0 up: spans of one lane do not overlap. */
  readonly lane: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How it ended; `open` where the trace ends before it does. */
  readonly end: "granted" | "resumed" | "released" | "changed" | "timeout" | "abort" | "open";
}

interface OpenSpan {
  readonly event: LockEvent;
  readonly kind: HeldSpan["kind"];
  readonly lane: number;
}

/**
 * What the events of one lock say of who waited and who held, in the order in which it ended. Of what began before the trace, only
 * the part that is in it is known, and nothing where only its end is.
 */
export function heldSpans(events: readonly LockEvent[]): HeldSpan[] {
  const spans: HeldSpan[] = [];
  const open = new Map<number, OpenSpan>();
  const lanes = new Set<number>();
  const begin = (event: LockEvent, kind: HeldSpan["kind"], lane = freeLane(lanes)): void => {
    lanes.add(lane);
    open.set(event.caller, { event, kind, lane });
  };
  const end = (caller: number, atMs: number, how: HeldSpan["end"], site?: string): number | undefined => {
    const span = open.get(caller);
    if (span === undefined) return undefined;
    const { event, kind, lane } = span;
    open.delete(caller);
    lanes.delete(lane);
    spans.push({
      kind,
      mode: event.mode,
      site: site ?? event.site,
      lane,
      fromMs: event.atMs,
      toMs: atMs,
      end: how,
    });
    return lane;
  };
  for (const event of events) {
    const { atMs, caller, kind, site } = event;
    switch (kind) {
      case "queued":
        begin(event, "wait");
        break;
      case "granted": {
        const lane = end(caller, atMs, "granted", site);
        begin(event, lane === undefined ? "hold" : "resume", lane);
        break;
      }
      case "resumed":
        begin(event, "hold", end(caller, atMs, "resumed", site));
        break;
      case "upgraded":
        // Nobody else is inside of it now. The read it came from has another caller's number where the upgrade waited.
        for (const [other, span] of open) if (span.kind !== "wait") end(other, atMs, "changed");
        begin(event, "hold", end(caller, atMs, "granted", site));
        break;
      case "downgraded":
        begin(event, "hold", end(caller, atMs, "changed", site));
        break;
      case "timeout":
      case "abort":
      case "released":
        end(caller, atMs, kind, site);
        break;
      case "refused":
        break;
    }
  }
  const lastMs = events.at(-1)?.atMs ?? 0;
  for (const caller of open.keys()) end(caller, lastMs, "open");
  return spans;
}

function freeLane(taken: ReadonlySet<number>): number {
  let lane = 0;
  while (taken.has(lane)) lane++;
  return lane;
}
