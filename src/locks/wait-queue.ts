/** What a {@link WaitQueue} keeps in each of its waiters. Only the queue writes it. */
export interface QueueLinks<W> {
  ahead: W | undefined;
  behind: W | undefined;
}

/**
 * Waiters in the order of their arrival, linked through themselves: joining, leaving from anywhere and looking at the
 * head cost the same however long the queue is. Knows nothing of who may enter.
 */
export class WaitQueue<W extends QueueLinks<W>> {
  #head: W | undefined;
  #tail: W | undefined;
  #length = 0;

  get head(): W | undefined {
    return this.#head;
  }

  get length(): number {
    return this.#length;
  }

  push(waiter: W): void {
    waiter.ahead = this.#tail;
    if (this.#tail === undefined) this.#head = waiter;
    else this.#tail.behind = waiter;
    this.#tail = waiter;
    this.#length++;
  }

  /** Returns false when the waiter is not in the queue any more. */
  remove(waiter: W): boolean {
    const { ahead, behind } = waiter;
    if (ahead === undefined && this.#head !== waiter) return false;
    if (ahead === undefined) this.#head = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#tail = ahead;
    else behind.ahead = ahead;
    // Cleared, so that a waiter somebody keeps does not keep its former neighbours.
    waiter.ahead = undefined;
    waiter.behind = undefined;
    this.#length--;
    return true;
  }
}
