import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { VenueConnectionError } from "../../../../src/errors.ts";
import { PendingReplies } from "../../../../src/realtime/feed/pending-replies.ts";
import { advance } from "./advance.ts";

function create() {
  const clock = new VirtualClock();
  return { clock, replies: new PendingReplies("ws://venue", 1_000, clock) };
}

describe("PendingReplies", () => {
  it("tells each waiting frame its own answer, in whatever order they come", async () => {
    const { replies } = create();
    const first = replies.expect(1, "subscribe a");
    const second = replies.expect(2, "subscribe b");
    replies.settle({ id: 2, error: "no such stream" });
    replies.settle({ id: 1 });
    expect(await first).toBeUndefined();
    expect(await second).toBe("no such stream");
  });

  it("rejects when the answer does not come in time, and names what was asked", async () => {
    const { clock, replies } = create();
    const reply = expect(replies.expect(1, "subscribe a")).rejects.toThrow(
      new VenueConnectionError('ws://venue did not answer "subscribe a" within 1000 ms'),
    );
    await advance(clock, 1_000);
    await reply;
  });

  it("takes a reply that waits in the socket of a blocked process as in time", async () => {
    const { clock, replies } = create();
    const reply = replies.expect(1, "subscribe a");
    clock.advanceBy(60_000);
    // The limit is over, but the sockets had no turn yet: this is where a reply would be read.
    replies.settle({ id: 1 });
    expect(await reply).toBeUndefined();
  });

  it("rejects all that wait when the connection ends", async () => {
    const { replies } = create();
    const waiting = [replies.expect(1, "a"), replies.expect(2, "b")];
    replies.abandon(new Error("lost"));
    const results = await Promise.allSettled(waiting);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("ignores a reply to what was never asked, and a second one", async () => {
    const { replies } = create();
    replies.settle({ id: 7 });
    const reply = replies.expect(1, "a");
    replies.settle({ id: 1 });
    replies.settle({ id: 1, error: "too late" });
    expect(await reply).toBeUndefined();
  });
});
