import type { Feed, FeedHealth, FeedListener } from "./feed.ts";

/** The state of the whole is the first of these that any part is in. */
const WORST_FIRST = ["closed", "waiting", "connecting", "idle", "open"] as const;

/**
 * Several connections of one venue as one feed, for venues that serve some channels at another address. It counts as
 * connected while all of its parts are: a loss of any one is a loss, since nobody can say what it would have carried.
 */
export class JoinedFeed implements Feed {
  readonly ended: Promise<void>;
  readonly #parts: readonly Feed[];
  readonly #listener: FeedListener;
  readonly #isUp: boolean[];
  #generation = 0;
  #lastDisconnect: string | undefined;

  /** Each of `makeParts` makes the feed of one connection, which tells the listener it is given. */
  constructor(makeParts: readonly ((listener: FeedListener) => Feed)[], listener: FeedListener) {
    this.#listener = listener;
    this.#isUp = makeParts.map(() => false);
    this.#parts = makeParts.map((makePart, part) => makePart(this.#partListener(part)));
    this.ended = Promise.all(this.#parts.map((part) => part.ended)).then(() => {});
    // Whoever awaits `ended` still sees its failure; without this one that nobody awaits would end the process.
    this.ended.catch(() => {});
  }

  /** Starts all parts; when one fails, the others are closed and its error is thrown. */
  async start(signal?: AbortSignal): Promise<void> {
    try {
      await Promise.all(this.#parts.map((part) => part.start(signal)));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.close()));
  }

  health(): FeedHealth {
    const parts = this.#parts.map((part) => part.health());
    const times = parts.flatMap(({ lastMessageAt }) => lastMessageAt ?? []);
    return {
      state: WORST_FIRST.find((state) => parts.some((part) => part.state === state)) ?? "idle",
      generation: this.#generation,
      messages: sum(parts.map(({ messages }) => messages)),
      bytes: sum(parts.map(({ bytes }) => bytes)),
      lastMessageAt: times.length > 0 ? Math.max(...times) : undefined,
      reconnects: sum(parts.map(({ reconnects }) => reconnects)),
      lastDisconnect: this.#lastDisconnect,
    };
  }

  #partListener(part: number): FeedListener {
    const listener = this.#listener;
    return {
      onConnected: () => {
        this.#isUp[part] = true;
        if (this.#isUp.every(Boolean)) listener.onConnected(++this.#generation);
      },
      onDisconnected: (reason, retryInMs) => {
        this.#isUp[part] = false;
        this.#lastDisconnect = reason;
        listener.onDisconnected(reason, retryInMs);
      },
      onStale: (silentMs) => listener.onStale(silentMs),
      onError: (error) => listener.onError(error),
      onBurst: () => listener.onBurst(),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
