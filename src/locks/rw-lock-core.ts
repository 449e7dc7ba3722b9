import type { LockMode } from "./lock-observer.ts";
import { WaitQueue, type QueueLinks } from "./wait-queue.ts";

export interface CoreWaiter<W> extends QueueLinks<W> {
  readonly mode: LockMode;
}

/**
 * Who may enter a readers-writer lock: any number of readers, or one writer. Waiters enter in the order of arrival,
 * neighbouring readers together, and nobody passes a waiter, so nobody starves.
 *
 * Synchronous and pure: no promises, no time. After every call the head of the queue is one that could not enter now;
 * no wake-up can be lost while that holds.
 */
export class RWLockCore<W extends CoreWaiter<W>> {
  readonly #queue = new WaitQueue<W>();
  readonly #onAdmitted: (waiter: W) => void;
  /** Readers inside, or {@link WRITER}. */
  #holders = 0;

  /** `onAdmitted` learns of each waiter that entered from the queue, which counts as inside already. */
  constructor(onAdmitted: (waiter: W) => void) {
    this.#onAdmitted = onAdmitted;
  }

  get readers(): number {
    return this.#holders === WRITER ? 0 : this.#holders;
  }

  get isWriteLocked(): boolean {
    return this.#holders === WRITER;
  }

  get queueLength(): number {
    return this.#queue.length;
  }

  /** The one that waits longest. */
  get head(): W | undefined {
    return this.#queue.head;
  }

  /** Enters if that is possible without passing a waiter. */
  tryEnter(mode: LockMode): boolean {
    if (this.#queue.head !== undefined || !this.#hasRoomFor(mode)) return false;
    this.#enter(mode);
    return true;
  }

  /** Joins the queue; enters from it at once if it can. */
  enqueue(waiter: W): void {
    this.#queue.push(waiter);
    this.#admit();
  }

  /** Ends a hold, and lets in whom that makes room for. Only the holder may call it, once. */
  leave(mode: LockMode): void {
    this.#holders = mode === "read" ? this.#holders - 1 : 0;
    this.#admit();
  }

  /** Takes a waiter out of the queue, and lets in those it held back. Returns false when it does not wait any more. */
  giveUp(waiter: W): boolean {
    if (!this.#queue.remove(waiter)) return false;
    this.#admit();
    return true;
  }

  #hasRoomFor(mode: LockMode): boolean {
    return mode === "read" ? this.#holders !== WRITER : this.#holders === 0;
  }

  #enter(mode: LockMode): void {
    this.#holders = mode === "read" ? this.#holders + 1 : WRITER;
  }

  /** A loop, not a chain of calls: any number of readers may enter at once. */
  #admit(): void {
    for (let head = this.#queue.head; head !== undefined && this.#hasRoomFor(head.mode);) {
      this.#queue.remove(head);
      this.#enter(head.mode);
      this.#onAdmitted(head);
      head = this.#queue.head;
    }
  }
}

const WRITER = -1;
