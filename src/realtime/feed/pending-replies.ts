import type { Clock, Timer } from "../../clock.ts";
import { VenueConnectionError } from "../../errors.ts";
import type { ControlReply } from "./feed.ts";
import { setIoTimer } from "./io-timer.ts";

interface PendingReply {
  readonly timer: Timer;
  readonly resolve: (refusal: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** The control frames a venue has still to answer, each with its time limit. */
export class PendingReplies {
  readonly #venueAddress: string;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #pending = new Map<number, PendingReply>();

  constructor(venueAddress: string, timeoutMs: number, clock: Clock) {
    this.#venueAddress = venueAddress;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /**
   * Resolves with the venue's own text when it refuses, with `undefined` when it accepts.
   * Rejects with a VenueConnectionError when no reply comes in time, or with what {@link abandon} was given.
   */
  expect(id: number, purpose: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const timer = setIoTimer(this.#clock, () => this.#expire(id, purpose), this.#timeoutMs);
      this.#pending.set(id, { timer, resolve, reject });
    });
  }

  /** A reply to nothing that was asked is none of our concern. */
  settle({ id, error }: ControlReply): void {
    this.#take(id)?.resolve(error);
  }

  /** The connection ended: no reply will come. */
  abandon(error: Error): void {
    for (const id of this.#pending.keys()) this.#take(id)?.reject(error);
  }

  #expire(id: number, purpose: string): void {
    this.#take(id)?.reject(
      new VenueConnectionError(
        `${this.#venueAddress} did not answer "${purpose}" within ${this.#timeoutMs} ms`,
      ),
    );
  }

  #take(id: number): PendingReply | undefined {
    const reply = this.#pending.get(id);
    this.#pending.delete(id);
    reply?.timer.cancel();
    return reply;
  }
}
