import type { LockMode } from "./lock-observer.ts";
import type { Queued, WaitLine } from "./wait-line.ts";

/** Why nobody enters any more. */
export interface Closure {
  readonly reason: unknown;
}

/**
 * Who may enter a readers-writer lock: any number of readers, or one writer. Who waits enters in the order of its line.
 * One reader at a time may wait to become the writer: it stays inside, goes before all who are in line, and until then
 * nobody else enters.
 *
 * Synchronous and pure: no promises, no time. After every call whoever is next could not enter now; no wake-up can be
 * lost while that holds.
 */
export abstract class RWLockCore<W extends Queued<W>> {
  /** Readers inside, or {@link WRITER}. */
  #holders = 0;
  /** Whether only the holders decide who enters: it is open, nobody waits, and nobody asked to hear when it is idle. */
  #isPlain = true;
  /** Made for the first who needs it: most locks never see one. */
  #crowd: Crowd<W> | undefined;

  /** Asked once, for the first who waits. */
  protected abstract makeLine(): WaitLine<W>;

  /** Told once of each waiter that is inside: it came out of the line, or its upgrade is done. */
  protected abstract admitted(waiter: W): void;

  get readers(): number {
    return this.#holders === WRITER ? 0 : this.#holders;
  }

  get isWriteLocked(): boolean {
    return this.#holders === WRITER;
  }

  /** Nobody is inside; then nobody waits either. */
  get isIdle(): boolean {
    return this.#holders === 0;
  }

  /** All who wait, a reader that waits to become the writer included. */
  get queueLength(): number {
    if (this.#isPlain) return 0;
    const { line, upgrader } = this.#crowded();
    return line.length + (upgrader === undefined ? 0 : 1);
  }

  /** The reader that waits to become the writer. */
  get upgrader(): W | undefined {
    return this.#isPlain ? undefined : this.#crowded().upgrader;
  }

  /** Whoever waits longest is one of them. */
  get heads(): readonly W[] {
    if (this.#isPlain) return [];
    const { line, upgrader } = this.#crowded();
    return upgrader === undefined ? line.heads : [upgrader, ...line.heads];
  }

  get closure(): Closure | undefined {
    return this.#isPlain ? undefined : this.#crowded().closure;
  }

  /** Enters if there is room and the line lets it pass. */
  tryEnter(mode: LockMode): boolean {
    if (!this.#hasRoomFor(mode)) return false;
    if (!this.#isPlain && !this.#mayPass(mode)) return false;
    this.#enter(mode);
    return true;
  }

  /** Joins the line; enters from it at once if it can. The lock must be open. */
  enqueue(waiter: W): void {
    this.#crowded().line.push(waiter);
    this.#settle();
  }

  /** Ends a hold, and lets in whom that makes room for. Only the holder may call it, once. */
  leave(mode: LockMode): void {
    this.#holders = mode === "read" ? this.#holders - 1 : 0;
    if (!this.#isPlain) this.#settle();
  }

  /** Makes the caller, a reader, the writer if it is alone. */
  tryUpgrade(): boolean {
    if (this.#holders !== 1) return false;
    this.#holders = WRITER;
    return true;
  }

  /** The caller, a reader that is not alone, becomes the writer when it is. There must be no {@link upgrader} yet. */
  awaitUpgrade(waiter: W): void {
    this.#crowded().upgrader = waiter;
    this.#isPlain = false;
  }

  /** Makes the writer a reader, and lets in the readers who are next. */
  downgrade(): void {
    this.#holders = 1;
    if (!this.#isPlain) this.#settle();
  }

  /** Ends a wait, and lets in those it held back. Returns false when the waiter does not wait any more. */
  giveUp(waiter: W): boolean {
    const crowd = this.#crowded();
    if (crowd.upgrader === waiter) crowd.upgrader = undefined;
    else if (!crowd.line.remove(waiter)) return false;
    this.#settle();
    return true;
  }

  /** Lets nobody in from now on, and sends all away who wait: they are returned. Who is inside stays. */
  close(reason: unknown): W[] {
    const crowd = this.#crowded();
    crowd.closure = { reason };
    const waiters = crowd.upgrader === undefined ? [] : [crowd.upgrader];
    crowd.upgrader = undefined;
    for (let { next } = crowd.line; next !== undefined; { next } = crowd.line) {
      crowd.line.remove(next);
      waiters.push(next);
    }
    this.#isPlain = false;
    return waiters;
  }

  /** Calls `run` as soon as nobody is inside, once. */
  whenIdle(run: () => void): void {
    this.#crowded().onIdle.push(run);
    this.#settle();
  }

  #hasRoomFor(mode: LockMode): boolean {
    return mode === "read" ? this.#holders !== WRITER : this.#holders === 0;
  }

  #enter(mode: LockMode): void {
    this.#holders = mode === "read" ? this.#holders + 1 : WRITER;
  }

  #mayPass(mode: LockMode): boolean {
    const { line, upgrader, closure } = this.#crowded();
    if (upgrader !== undefined || closure !== undefined) return false;
    return line.length === 0 || line.letPass(mode);
  }

  /** Lets in all who can enter now. Whatever ends a hold or a wait ends here, unless the lock is plain. */
  #settle(): void {
    const crowd = this.#crowded();
    const { upgrader, line } = crowd;
    if (upgrader === undefined) {
      this.#admit(line);
    } else if (this.tryUpgrade()) {
      crowd.upgrader = undefined;
      this.admitted(upgrader);
    }
    if (this.#holders === 0) for (const run of crowd.onIdle.splice(0)) run();
    this.#isPlain =
      line.length === 0 &&
      crowd.upgrader === undefined &&
      crowd.closure === undefined &&
      crowd.onIdle.length === 0;
  }

  /** A loop, not a chain of calls: any number of readers may enter at once. */
  #admit(line: WaitLine<W>): void {
    for (let { next } = line; next !== undefined && this.#hasRoomFor(next.mode); { next } = line) {
      line.enter(next);
      this.#enter(next.mode);
      this.admitted(next);
    }
  }

  #crowded(): Crowd<W> {
    return (this.#crowd ??= {
      line: this.makeLine(),
      upgrader: undefined,
      closure: undefined,
      onIdle: [],
    });
  }
}

/** What a lock knows besides its holders. */
interface Crowd<W> {
  readonly line: WaitLine<W>;
  upgrader: W | undefined;
  closure: Closure | undefined;
  readonly onIdle: (() => void)[];
}

const WRITER = -1;
