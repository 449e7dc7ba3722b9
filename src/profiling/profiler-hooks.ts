import type { LockHooks, LockIdentity, LockMode, LockMoment } from "../locks/lock-observer.ts";
import { type HeldLock, locksHeld } from "../locks/lock-owners.ts";
import { callSite } from "./call-site.ts";
import type { LockEventKind } from "./event-ring.ts";
import { type Charges, HeldShares, UNKNOWN_SITE } from "./held-shares.ts";
import { HoldNote, WaitNote } from "./lock-notes.ts";
import type { LockTally } from "./lock-tally.ts";
import type { ProfilerParts } from "./profiler-parts.ts";
import type { TallySlot } from "./tally-slot.ts";

/** Listens to one lock. */
export class ProfilerHooks implements LockHooks<WaitNote, HoldNote> {
  readonly tally: TallySlot;
  readonly wantsOwners: boolean;
  readonly #parts: ProfilerParts;
  readonly #lock: LockIdentity;
  readonly #number: number;
  readonly #shares = new HeldShares();

  constructor(slot: TallySlot, parts: ProfilerParts, lock: LockIdentity) {
    this.tally = slot;
    this.wantsOwners = parts.isDebugging;
    this.#parts = parts;
    this.#lock = lock;
    this.#number = slot.current.locks;
  }

  get #counts(): LockTally {
    const { current } = this.tally;
    return current;
  }

  onFollowed(mode: LockMode, isTimed: boolean, moment: LockMoment, site: string | undefined): HoldNote {
    const isDrawn = isTimed && this.#draw();
    this.#shares.change(moment.nowMs, moment.inside);
    const hold = this.#hold(this.#parts.nextCaller(), mode, isDrawn ? moment.nowMs : NaN, site);
    if (site !== undefined) this.#counts.span.site(site, mode).acquisitions++;
    this.#trace("granted", hold, moment.nowMs);
    const held = locksHeld();
    // The time of a grant that is followed for its site alone is not known.
    if (held.length > 0)
      this.#parts.found(this.#parts.graph.order(this.#lock, held, site, this.#parts.clock.now()));
    return hold;
  }

  onRefused(mode: LockMode): void {
    const tally = this.#counts;
    if (tally.level === "off") return;
    tally.span.of(mode).refused++;
    if (tally.level !== "trace") return;
    this.#trace(
      "refused",
      { caller: this.#parts.nextCaller(), mode, site: undefined },
      this.#parts.clock.now(),
    );
  }

  onQueued(
    mode: LockMode,
    _queueLength: number,
    { nowMs, inside }: LockMoment,
    site: string | undefined,
  ): WaitNote {
    const tally = this.#counts;
    this.#parts.events++;
    tally.enqueue(nowMs);
    const held = locksHeld();
    const place = site ?? this.#placeOfWait(nowMs, held);
    const wait = new WaitNote(this.#parts.nextCaller(), mode, nowMs, place, this.#shares.join(nowMs, inside));
    this.#trace("queued", wait, nowMs);
    if (held.length > 0) this.#joinGraph(wait, held);
    return wait;
  }

  onGrantedAfterWait(mode: LockMode, wait: WaitNote, { nowMs, inside }: LockMoment): HoldNote | undefined {
    const tally = this.#counts;
    this.#leaveQueue(wait, nowMs, inside);
    tally.span.of(mode).wait.record(nowMs - wait.sinceMs);
    this.#trace("granted", wait, nowMs);
    return this.#holdAfter(wait, nowMs);
  }

  onResumed(wait: WaitNote, nowMs: number): void {
    const tally = this.#counts;
    const { mode, sinceMs, grantedMs, hold } = wait;
    tally.span.of(mode).resume.record(nowMs - grantedMs);
    // A stack of the caller, now that it is known to have waited for long.
    if (grantedMs - sinceMs >= this.#parts.slowWaitMs) wait.site ??= this.#place(nowMs);
    if (hold !== undefined && hold.site !== wait.site) this.#placeHold(hold, wait.site, nowMs);
    this.#trace("resumed", wait, nowMs);
    this.#settle(wait);
    if (wait.site === undefined) return;
    const site = tally.span.site(wait.site, mode);
    site.acquisitions++;
    site.wait.record(grantedMs - sinceMs);
    site.resume.record(nowMs - grantedMs);
  }

  onTimeout(mode: LockMode, wait: WaitNote, { nowMs, inside }: LockMoment): void {
    this.#giveUp("timeout", wait, nowMs, inside);
    this.#counts.span.of(mode).timeouts++;
    if (wait.site !== undefined) this.#counts.span.site(wait.site, mode).timeouts++;
  }

  onAbort(mode: LockMode, wait: WaitNote, { nowMs, inside }: LockMoment): void {
    this.#giveUp("abort", wait, nowMs, inside);
    this.#counts.span.of(mode).aborts++;
    if (wait.site !== undefined) this.#counts.span.site(wait.site, mode).aborts++;
  }

  onUpgraded(
    hold: HoldNote | undefined,
    wait: WaitNote | undefined,
    moment: LockMoment,
  ): HoldNote | undefined {
    const { nowMs, inside } = moment;
    const { span, level } = this.#counts;
    const site = hold?.site;
    if (hold !== undefined) this.#endHold(hold, nowMs);
    if (level === "off" && wait === undefined) return undefined;
    span.upgrades++;
    if (wait === undefined) {
      this.#shares.change(nowMs, inside);
      span.write.changed++;
      return this.#changedHold("upgraded", hold, "write", nowMs);
    }
    wait.site ??= site;
    this.#leaveQueue(wait, nowMs, inside);
    span.write.wait.record(nowMs - wait.sinceMs);
    this.#trace("upgraded", wait, nowMs);
    return this.#holdAfter(wait, nowMs);
  }

  onDowngraded(hold: HoldNote | undefined, { nowMs, inside }: LockMoment): HoldNote | undefined {
    const { span, level } = this.#counts;
    if (hold !== undefined) this.#endHold(hold, nowMs);
    this.#shares.change(nowMs, inside);
    if (level === "off") return undefined;
    span.downgrades++;
    span.read.changed++;
    return this.#changedHold("downgraded", hold, "read", nowMs);
  }

  onReleased(_mode: LockMode, hold: HoldNote | undefined, { nowMs, inside }: LockMoment): void {
    this.#shares.change(nowMs, inside);
    if (hold === undefined) return;
    this.#trace("released", hold, nowMs);
    this.#endHold(hold, nowMs);
  }

  /** Among the waits of all locks, for a task that is known to hold some. */
  #joinGraph(wait: WaitNote, held: readonly HeldLock[]): void {
    const { graph } = this.#parts;
    const { mode, site, sinceMs } = wait;
    wait.open = { lock: this.#lock, mode, held, site };
    this.#parts.found(graph.order(this.#lock, held, site, sinceMs));
    this.#parts.found(graph.open(wait.open, sinceMs));
  }

  #leaveQueue(wait: WaitNote, nowMs: number, inside: number): void {
    this.#counts.dequeue(nowMs);
    if (wait.open !== undefined) this.#parts.graph.close(wait.open);
    wait.grantedMs = nowMs;
    wait.charges = this.#shares.leave(nowMs, inside, wait.before);
  }

  #giveUp(kind: LockEventKind, wait: WaitNote, nowMs: number, inside: number): void {
    this.#leaveQueue(wait, nowMs, inside);
    this.#trace(kind, wait, nowMs);
    this.#settle(wait);
  }

  /** Charges a wait to those who held the lock meanwhile, once. */
  #settle(wait: WaitNote): void {
    const charges: Charges | undefined = wait.charges;
    wait.charges = undefined;
    if (charges !== undefined) this.#counts.span.charge(wait.site ?? UNKNOWN_SITE, charges);
  }

  /** The hold that a wait ended in; at level `counts` nobody follows it. */
  #holdAfter(wait: WaitNote, nowMs: number): HoldNote | undefined {
    const { level } = this.#counts;
    if (level === "counts" || level === "off") return undefined;
    wait.hold = this.#hold(wait.caller, wait.mode, this.#isDrawn() ? nowMs : NaN, wait.site);
    return wait.hold;
  }

  #changedHold(
    kind: LockEventKind,
    hold: HoldNote | undefined,
    mode: LockMode,
    nowMs: number,
  ): HoldNote | undefined {
    const isTimed = this.#isDrawn();
    if (hold === undefined && !isTimed) return undefined;
    const caller = hold?.caller ?? this.#parts.nextCaller();
    const changed = this.#hold(caller, mode, isTimed ? nowMs : NaN, hold?.site);
    this.#trace(kind, changed, nowMs);
    return changed;
  }

  #hold(caller: number, mode: LockMode, sinceMs: number, site: string | undefined): HoldNote {
    const hold = new HoldNote(caller, mode, sinceMs, site);
    if (!Number.isNaN(sinceMs)) this.#parts.timedHolds++;
    this.#shares.know(site ?? UNKNOWN_SITE);
    return hold;
  }

  #endHold(hold: HoldNote, nowMs: number): void {
    const { mode, sinceMs, site } = hold;
    hold.isOver = true;
    this.#shares.forget(site ?? UNKNOWN_SITE);
    if (Number.isNaN(sinceMs)) return;
    this.#counts.span.noteHold(mode, site ?? UNKNOWN_SITE, nowMs - sinceMs);
    if (site !== undefined) this.#counts.span.site(site, mode).hold.record(nowMs - sinceMs);
  }

  /** The place of a hold became known while it lasts. */
  #placeHold(hold: HoldNote, site: string | undefined, nowMs: number): void {
    if (!hold.isOver) {
      this.#shares.passTo(nowMs);
      this.#shares.forget(hold.site ?? UNKNOWN_SITE);
      this.#shares.know(site ?? UNKNOWN_SITE);
    }
    hold.site = site;
  }

  #place(nowMs: number): string | undefined {
    return this.#parts.times(this.#counts.level) && this.#parts.stacks.take(nowMs) ? callSite() : undefined;
  }

  /** Whoever waits while holding something may be a part of a deadlock: of it the place is wanted in any case. */
  #placeOfWait(nowMs: number, held: readonly HeldLock[]): string | undefined {
    if (held.length === 0 || !this.#parts.times(this.#counts.level)) return this.#place(nowMs);
    this.#parts.stacks.exceed();
    return callSite();
  }

  /** Whether the hold that begins is among those that are timed. */
  #isDrawn(): boolean {
    return --this.#counts.grants.untilFollowed <= 0 && this.#draw();
  }

  /** Chooses the next hold to time; this one is, unless none are. */
  #draw(): boolean {
    const { grants, level } = this.#counts;
    grants.untilFollowed = this.#parts.distanceAt(level);
    return this.#parts.times(level);
  }

  #trace(
    kind: LockEventKind,
    { caller, mode, site }: Pick<WaitNote, "caller" | "mode" | "site">,
    atMs: number,
  ): void {
    if (this.#counts.level !== "trace") return;
    this.#parts.trace.push({ atMs, lock: this.#lock.name, number: this.#number, kind, mode, caller, site });
  }
}
