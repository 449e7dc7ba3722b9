import type { LockMode } from "../locks/lock-observer.ts";
import type { LockModeReport, LockReport } from "./lock-report.ts";
import { WaitHistogram } from "./wait-histogram.ts";

/** The running counts of one mode. */
class ModeStats {
  acquisitions = 0;
  refused = 0;
  timeouts = 0;
  aborts = 0;
  /** Holds that have not ended. */
  held = 0;
  readonly wait = new WaitHistogram();
  readonly hold = new WaitHistogram();

  /** `holdMs` is NaN when this hold was not timed, and then not counted. */
  leave(holdMs: number): void {
    this.held--;
    this.hold.record(holdMs);
  }

  merge(other: ModeStats): void {
    this.acquisitions += other.acquisitions;
    this.refused += other.refused;
    this.timeouts += other.timeouts;
    this.aborts += other.aborts;
    this.held += other.held;
    this.wait.merge(other.wait);
    this.hold.merge(other.hold);
  }

  /** Forgets what was; what is, stays. */
  reset(): void {
    this.acquisitions = 0;
    this.refused = 0;
    this.timeouts = 0;
    this.aborts = 0;
    this.wait.reset();
    this.hold.reset();
  }

  report(): LockModeReport {
    return {
      acquisitions: this.acquisitions,
      contended: this.wait.count,
      refused: this.refused,
      timeouts: this.timeouts,
      aborts: this.aborts,
      wait: this.wait.report(),
      hold: this.hold.report(),
    };
  }
}

/** The running counts of the locks of one name. */
export class LockStats {
  readonly name: string;
  locks = 0;
  queueLength = 0;
  maxReaders = 0;
  maxQueueLength = 0;
  upgrades = 0;
  downgrades = 0;
  readonly read = new ModeStats();
  readonly write = new ModeStats();

  constructor(name: string) {
    this.name = name;
  }

  of(mode: LockMode): ModeStats {
    return mode === "read" ? this.read : this.write;
  }

  enter(mode: LockMode): void {
    const counts = this.of(mode);
    counts.acquisitions++;
    counts.held++;
    if (this.read.held > this.maxReaders) this.maxReaders = this.read.held;
  }

  enqueue(): void {
    this.queueLength++;
    if (this.queueLength > this.maxQueueLength) this.maxQueueLength = this.queueLength;
  }

  merge(other: LockStats): void {
    this.locks += other.locks;
    this.queueLength += other.queueLength;
    this.upgrades += other.upgrades;
    this.downgrades += other.downgrades;
    this.read.merge(other.read);
    this.write.merge(other.write);
    this.maxReaders = Math.max(this.maxReaders, other.maxReaders, this.read.held);
    this.maxQueueLength = Math.max(this.maxQueueLength, other.maxQueueLength, this.queueLength);
  }

  /** Forgets what was; what is, stays, and the maxima start from it. */
  reset(): void {
    this.maxReaders = this.read.held;
    this.maxQueueLength = this.queueLength;
    this.upgrades = 0;
    this.downgrades = 0;
    this.read.reset();
    this.write.reset();
  }

  report(): LockReport {
    return {
      name: this.name,
      locks: this.locks,
      readers: this.read.held,
      writers: this.write.held,
      queueLength: this.queueLength,
      maxReaders: this.maxReaders,
      maxQueueLength: this.maxQueueLength,
      upgrades: this.upgrades,
      downgrades: this.downgrades,
      read: this.read.report(),
      write: this.write.report(),
    };
  }
}
