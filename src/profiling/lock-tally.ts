import { GrantCounts } from "../locks/grant-counts.ts";
import type { LockIdentity } from "../locks/lock-observer.ts";
import type { LockReport } from "./lock-report.ts";
import type { ProfilerLevel } from "./profiler-level.ts";
import { Span } from "./span.ts";

/** The running counts of the locks of one name: of now, and of the time before the last interval. */
export class LockTally {
  readonly name: string;
  readonly grants = new GrantCounts();
  level: ProfilerLevel = "off";
  locks = 0;
  #now = new Span();
  #before: Span | undefined;
  /** Locks that may still be there; they say themselves who is inside. */
  #alive: WeakRef<LockIdentity>[] = [];
  #pruneAt = 64;
  #waiting = 0;
  #contendedSinceMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  get span(): Span {
    return this.#now;
  }

  /** Grants without a wait, since the start. */
  get countedGrants(): number {
    const counted = ({ granted }: Span): number => granted.read + granted.write;
    return counted(this.#now) + (this.#before === undefined ? 0 : counted(this.#before));
  }

  /** Since the start. */
  get foldedSites(): number {
    return this.#now.foldedSites + (this.#before?.foldedSites ?? 0);
  }

  add(lock: LockIdentity): void {
    this.locks++;
    this.#alive.push(new WeakRef(lock));
    this.#prune();
  }

  enqueue(nowMs: number): void {
    if (this.#waiting++ === 0) this.#contendedSinceMs = nowMs;
    this.#now.maxQueueLength = Math.max(this.#now.maxQueueLength, this.#waiting);
  }

  dequeue(nowMs: number): void {
    if (--this.#waiting === 0) this.#now.contendedMs += Math.max(0, nowMs - this.#contendedSinceMs);
  }

  /** What was counted so far belongs to the time before from here on. */
  roll(nowMs: number): void {
    this.#collect(nowMs);
    (this.#before ??= new Span()).merge(this.#now);
    this.#startSpan();
  }

  reset(nowMs: number): void {
    this.#collect(nowMs);
    this.#before = undefined;
    this.#startSpan();
  }

  /** Adds all that `other` has counted, who waits there included. */
  absorb(other: LockTally, nowMs: number): void {
    other.#collect(nowMs);
    this.#now.merge(other.#now);
    if (other.#before !== undefined) (this.#before ??= new Span()).merge(other.#before);
    this.locks += other.locks;
    // One by one: there may be more locks than a call takes arguments.
    for (const each of other.#alive) this.#alive.push(each);
    this.#prune();
    if (this.#waiting === 0) this.#contendedSinceMs = nowMs;
    this.#waiting += other.#waiting;
  }

  /** Of all that was counted, or of what was since the last {@link roll}. */
  report(since: "start" | "last", nowMs: number, spanMs: number): LockReport {
    this.#collect(nowMs);
    const span = new Span();
    if (since === "start" && this.#before !== undefined) span.merge(this.#before);
    span.merge(this.#now);
    const { readers, writers, queueLength } = this.#inside();
    return {
      name: this.name,
      level: this.level,
      locks: this.locks,
      readers,
      writers,
      queueLength,
      maxReaders: span.maxReaders,
      maxQueueLength: span.maxQueueLength,
      upgrades: span.upgrades,
      downgrades: span.downgrades,
      // Names that were folded may have been waited for at once.
      contendedMs: Math.min(span.contendedMs, spanMs),
      longestHold: span.longestHold && { ...span.longestHold },
      read: span.read.report(span.granted.read),
      write: span.write.report(span.granted.write),
      sites: [...span.sites.values()]
        .sort((a, b) => b.wait.sumMs - a.wait.sumMs)
        .map((site) => site.report()),
      blame: span.blameReports(),
    };
  }

  /** Takes over what the locks counted themselves, and the part of an open wait that is over. */
  #collect(nowMs: number): void {
    const { grants } = this;
    this.#now.granted.read += grants.read;
    this.#now.granted.write += grants.write;
    this.#now.maxReaders = Math.max(this.#now.maxReaders, grants.maxReaders);
    grants.read = 0;
    grants.write = 0;
    grants.maxReaders = 0;
    if (this.#waiting === 0) return;
    this.#now.contendedMs += Math.max(0, nowMs - this.#contendedSinceMs);
    this.#contendedSinceMs = Math.max(this.#contendedSinceMs, nowMs);
  }

  #prune(): void {
    if (this.#alive.length < this.#pruneAt) return;
    this.#alive = this.#alive.filter((each) => each.deref() !== undefined);
    this.#pruneAt = Math.max(64, 2 * this.#alive.length);
  }

  /** Who is inside and who waits goes on. */
  #startSpan(): void {
    this.#now = new Span();
    this.#now.maxReaders = this.#inside().readers;
    this.#now.maxQueueLength = this.#waiting;
  }

  #inside(): { readonly readers: number; readonly writers: number; readonly queueLength: number } {
    let readers = 0;
    let writers = 0;
    let queueLength = 0;
    for (const each of this.#alive) {
      const lock = each.deref();
      if (lock === undefined) continue;
      readers += lock.readers;
      if (lock.isWriteLocked) writers++;
      queueLength += lock.queueLength;
    }
    return { readers, writers, queueLength };
  }
}
