import { describe, expect, it } from "vitest";
import type { Feed, FeedHealth, FeedListener } from "../../../../src/realtime/feed/feed.ts";
import { JoinedFeed } from "../../../../src/realtime/feed/joined-feed.ts";

/** A feed that a test moves by hand. */
class HandFeed implements Feed {
  breakDown: (error: Error) => void = () => {};
  readonly ended = new Promise<void>((_, reject) => {
    this.breakDown = reject;
  });
  isClosed = false;
  readonly listener: FeedListener;
  readonly #failure: Error | undefined;
  state: FeedHealth["state"] = "open";

  constructor(listener: FeedListener, failure?: Error) {
    this.listener = listener;
    this.#failure = failure;
  }

  async start(): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.listener.onConnected(1);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  health(): FeedHealth {
    return {
      state: this.state,
      generation: 1,
      messages: 10,
      bytes: 100,
      lastMessageAt: 5,
      reconnects: 1,
      lastDisconnect: "own",
    };
  }
}

function join(failures: readonly (Error | undefined)[] = [undefined, undefined]) {
  const told: unknown[][] = [];
  const tell =
    (name: string) =>
    (...args: unknown[]) =>
      void told.push([name, ...args]);
  const parts: HandFeed[] = [];
  const feed = new JoinedFeed(
    failures.map((failure) => (listener: FeedListener) => {
      const part = new HandFeed(listener, failure);
      parts.push(part);
      return part;
    }),
    {
      onConnected: tell("connected"),
      onDisconnected: tell("disconnected"),
      onStale: tell("stale"),
      onError: tell("error"),
      onBurst: tell("burst"),
    },
  );
  return { feed, parts, told };
}

describe("JoinedFeed", () => {
  it("is connected once all of its parts are", async () => {
    const { feed, parts, told } = join();
    parts[0].listener.onConnected(1);
    expect(told).toEqual([]);
    await feed.start();
    expect(told).toContainEqual(["connected", 1]);
  });

  it("tells the loss of any part, and a new generation when it is whole again", async () => {
    const { feed, parts, told } = join();
    await feed.start();
    told.length = 0;
    parts[1].listener.onDisconnected("gone", 250);
    parts[1].listener.onConnected(2);
    expect(told).toEqual([
      ["disconnected", "gone", 250],
      ["connected", 2],
    ]);
    expect(feed.health()).toMatchObject({ generation: 2, lastDisconnect: "gone" });
  });

  it("passes on staleness, errors and bursts of each part", () => {
    const { parts, told } = join();
    const error = new Error("refused");
    parts[0].listener.onStale(7);
    parts[1].listener.onError(error);
    parts[1].listener.onBurst();
    expect(told).toEqual([["stale", 7], ["error", error], ["burst"]]);
  });

  it("adds up the health of its parts and is in the worst of their states", () => {
    const { feed, parts } = join();
    parts[1].state = "waiting";
    expect(feed.health()).toMatchObject({
      state: "waiting",
      messages: 20,
      bytes: 200,
      lastMessageAt: 5,
      reconnects: 2,
    });
    parts[0].state = "closed";
    expect(feed.health().state).toBe("closed");
  });

  it("closes the other parts when one fails to start", async () => {
    const { feed, parts } = join([undefined, new Error("no route")]);
    await expect(feed.start()).rejects.toThrow("no route");
    expect(parts.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it("ends with the failure of any part", async () => {
    const { feed, parts } = join();
    parts[0].breakDown(new Error("broken"));
    await expect(feed.ended).rejects.toThrow("broken");
  });
});
