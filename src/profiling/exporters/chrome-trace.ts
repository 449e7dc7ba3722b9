import type { LockEvent } from "../event-ring.ts";
import { SlicePairing, type TraceSlice } from "./trace-slices.ts";

/** An event of the Trace Event Format. `ts` is in µs since the first event of the trace. */
export interface ChromeTraceEvent {
  /** `b` and `e` begin and end an async slice, `i` is an instant, `C` a counter, `M` says what a track is called. */
  readonly ph: "b" | "e" | "i" | "C" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly name: string;
  readonly cat?: string;
  readonly id?: string;
  /** How far an instant reaches: over all tracks of its lock. */
  readonly s?: "p";
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

/** A file of Perfetto and `chrome://tracing`, plain data for `JSON.stringify`. */
export interface ChromeTrace {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly ChromeTraceEvent[];
  readonly otherData: {
    readonly producer: "tickframe";
    /** Time of the locks' clock at `ts` 0, in ms. */
    readonly startMs: number;
  };
}

export interface ChromeTraceOptions {
  /**
   * Time of the locks' clock up to which what has not ended is drawn, in ms: `performance.now()` shows how long it hangs already.
   * @defaultValue the time of the last event
   */
  readonly untilMs?: number;
}

/**
 * The events of a profiler at level `trace` as a timeline: each lock is a process, with the tracks `wait`, `resume` and `hold` of
 * its callers, a counter of who is inside and who waits, and a mark for each call that got nothing.
 */
export function chromeTrace(
  events: readonly LockEvent[],
  { untilMs = -Infinity }: ChromeTraceOptions = {},
): ChromeTrace {
  const startMs = events.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
  const endMs = events.reduce((most, { atMs }) => Math.max(most, atMs), untilMs);
  const span = { startMs: events.length === 0 ? 0 : startMs, endMs };
  return {
    displayTimeUnit: "ms",
    traceEvents: byLock(events).flatMap((own, i) => lockEvents(own, i + 1, span)),
    otherData: { producer: "tickframe", startMs: span.startMs },
  };
}

interface TraceSpan {
  readonly startMs: number;
  readonly endMs: number;
}

function byLock(events: readonly LockEvent[]): LockEvent[][] {
  const locks = new Map<string, LockEvent[]>();
  for (const event of events) {
    const key = `${event.number} ${event.lock}`;
    const own = locks.get(key);
    if (own === undefined) locks.set(key, [event]);
    else own.push(event);
  }
  return [...locks.values()];
}

/** `pid` is that of the lock; its one thread is there only because the format wants it. */
function lockEvents(events: readonly LockEvent[], pid: number, span: TraceSpan): ChromeTraceEvent[] {
  const [{ lock, number }] = events;
  const pairing = new SlicePairing(span.startMs);
  for (const event of events) pairing.add(event);
  const slices = pairing.finish(span.endMs);
  const place = { pid, tid: 1 };
  const name = number === 1 ? lock : `${lock} (${number})`;
  return [
    { ...place, ph: "M", ts: 0, name: "process_name", args: { name: `lock ${name}` } },
    { ...place, ph: "M", ts: 0, name: "process_sort_index", args: { sort_index: pid } },
    ...slices.flatMap((slice, i) => sliceEvents(slice, { ...place, id: `${pid}.${i + 1}` }, span)),
    ...counterEvents(slices, place, span),
    ...events
      .filter(({ kind }) => kind === "refused" || kind === "timeout" || kind === "abort")
      .map((event) => instantEvent(event, place, span)),
  ];
}

interface TracePlace {
  readonly pid: number;
  readonly tid: number;
}

function sliceEvents(
  slice: TraceSlice,
  place: TracePlace & { readonly id: string },
  { startMs }: TraceSpan,
): [ChromeTraceEvent, ChromeTraceEvent] {
  const { what, mode, caller, site = "unknown", end, hasBeginning } = slice;
  const both = { ...place, cat: "lock", name: `${what} ${mode}` };
  const args = {
    site,
    caller,
    end: end ?? "not in the trace",
    beginning: hasBeginning ? "in the trace" : "before it",
  };
  return [
    { ...both, ph: "b", ts: micros(slice.fromMs - startMs), args },
    { ...both, ph: "e", ts: micros(slice.toMs - startMs) },
  ];
}

/** How many are inside and wait, at each time at which that changes. */
function counterEvents(
  slices: readonly TraceSlice[],
  place: TracePlace,
  { startMs }: TraceSpan,
): ChromeTraceEvent[] {
  const changes = slices
    .filter(({ what }) => what !== "resume")
    .flatMap(({ what, fromMs, toMs, end }) => [
      { what, atMs: fromMs, by: 1 },
      ...(end === undefined ? [] : [{ what, atMs: toMs, by: -1 }]),
    ])
    .sort((a, b) => a.atMs - b.atMs);
  const events = new Map<number, ChromeTraceEvent>();
  let inside = 0;
  let waiting = 0;
  for (const { what, atMs, by } of changes) {
    if (what === "hold") inside += by;
    else waiting += by;
    const ts = micros(atMs - startMs);
    events.set(ts, { ...place, ph: "C", ts, name: "callers", args: { inside, waiting } });
  }
  return [...events.values()];
}

function instantEvent(
  { kind, mode, caller, site = "unknown", atMs }: LockEvent,
  place: TracePlace,
  { startMs }: TraceSpan,
): ChromeTraceEvent {
  const ts = micros(atMs - startMs);
  return { ...place, ph: "i", ts, name: `${kind} ${mode}`, cat: "lock", s: "p", args: { site, caller } };
}

/** To the ns: the format's times may have three decimals. */
function micros(ms: number): number {
  return Math.round(ms * 1e6) / 1e3;
}
