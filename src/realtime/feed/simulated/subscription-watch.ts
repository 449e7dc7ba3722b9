import { ClosedError } from "../../../errors.ts";
import type { ClientConnection } from "./client-connection.ts";

interface Waiter {
  readonly streams: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Tells when streams have subscribers. */
export class SubscriptionWatch {
  readonly #connections: () => Iterable<ClientConnection>;
  #waiters: Waiter[] = [];

  constructor(connections: () => Iterable<ClientConnection>) {
    this.#connections = connections;
  }

  /** Resolves when each of the streams is subscribed to by somebody. */
  when(streams: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ streams, resolve, reject });
      this.check();
    });
  }

  /** To be called after each subscription. */
  check(): void {
    this.#waiters = this.#waiters.filter(({ streams, resolve }) => {
      if (!streams.every((stream) => this.#isSubscribed(stream))) return true;
      resolve();
      return false;
    });
  }

  /** Rejects whoever still waits. */
  close(): void {
    for (const { reject } of this.#waiters.splice(0)) reject(new ClosedError("simulated venue"));
  }

  #isSubscribed(stream: string): boolean {
    for (const { channels } of this.#connections()) if (channels.has(stream)) return true;
    return false;
  }
}
