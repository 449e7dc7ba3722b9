import type { FeedListener } from "./feed.ts";

/**
 * A listener whose callbacks may throw without harm to the feed: what they throw goes to its own `onError`. What
 * `onError` throws has nowhere left to go and becomes an uncaught exception of the process.
 */
export class GuardedListener implements FeedListener {
  readonly #listener: FeedListener;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  onConnected(generation: number): void {
    this.#guard(() => this.#listener.onConnected(generation));
  }

  onDisconnected(reason: string, retryInMs: number | undefined): void {
    this.#guard(() => this.#listener.onDisconnected(reason, retryInMs));
  }

  onStale(silentMs: number): void {
    this.#guard(() => this.#listener.onStale(silentMs));
  }

  onError(error: Error): void {
    try {
      this.#listener.onError(error);
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown;
      });
    }
  }

  /** Does not wait for a returned promise; what it rejects with goes to `onError` too. */
  onBurst(): void {
    // Once per burst of messages: no closure where nothing is returned.
    try {
      const work = this.#listener.onBurst();
      if (work !== undefined) work.then(undefined, (thrown: unknown) => this.onError(toError(thrown)));
    } catch (thrown) {
      this.onError(toError(thrown));
    }
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.onError(toError(thrown));
    }
  }
}

/** What was thrown, as an error: JavaScript can throw anything. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`, { cause: thrown });
}
