import type { Clock } from "../../clock.ts";
import type { Decoder, FeedListener } from "./feed.ts";
import { toError } from "./guarded-listener.ts";
import type { Traffic } from "./traffic.ts";
import { WireField } from "./wire-record.ts";

/**
 * The tick path's first step: stamps, counts and decodes each message, and tells the end of each burst. `ws` emits all
 * messages of one socket chunk in one turn, so the clock is read once for them, and a microtask that runs after the
 * chunk ends the burst. Makes no object per message.
 */
export class MessageIntake {
  readonly #decoder: Decoder;
  readonly #listener: FeedListener;
  readonly #clock: Clock;
  readonly #traffic: Traffic;
  #isInBurst = false;

  constructor(decoder: Decoder, listener: FeedListener, clock: Clock, traffic: Traffic) {
    this.#decoder = decoder;
    this.#listener = listener;
    this.#clock = clock;
    this.#traffic = traffic;
  }

  readonly onMessage = (message: Uint8Array): void => {
    if (!this.#isInBurst) this.#beginBurst();
    this.#traffic.messages++;
    this.#traffic.bytes += message.length;
    try {
      this.#decoder.decode(message);
    } catch (thrown) {
      this.#listener.onError(toError(thrown));
    }
  };

  readonly onPing = (): void => {
    this.#traffic.pings++;
    this.#traffic.newestAt = this.#clock.now();
  };

  readonly onPong = (): void => {
    this.#traffic.pongs++;
  };

  #beginBurst(): void {
    this.#isInBurst = true;
    const now = this.#clock.now();
    this.#traffic.newestAt = now;
    this.#decoder.record.fields[WireField.receivedAt] = now;
    queueMicrotask(this.#endBurst);
  }

  readonly #endBurst = (): void => {
    this.#isInBurst = false;
    this.#listener.onBurst();
  };
}
