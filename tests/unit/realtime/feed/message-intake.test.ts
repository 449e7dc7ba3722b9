import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import type { Decoder, FeedListener } from "../../../../src/realtime/feed/feed.ts";
import { MessageIntake } from "../../../../src/realtime/feed/message-intake.ts";
import { Traffic } from "../../../../src/realtime/feed/traffic.ts";
import { WireField, WireRecord } from "../../../../src/realtime/feed/wire-record.ts";

function create() {
  const clock = new VirtualClock(5_000);
  const traffic = new Traffic();
  const told: string[] = [];
  const record = new WireRecord();
  const decoder: Decoder = {
    record,
    decode(message) {
      if (message.length === 0) throw new Error("bug");
      told.push(`message at ${record.fields[WireField.receivedAt]}`);
    },
  };
  const listener: FeedListener = {
    onConnected: () => {},
    onDisconnected: () => {},
    onStale: () => {},
    onError: ({ message }) => told.push(message),
    onBurst: () => void told.push("burst"),
  };
  return { clock, traffic, told, intake: new MessageIntake(decoder, listener, clock, traffic) };
}

describe("MessageIntake", () => {
  it("gives the messages of one turn one receive time and one end of burst", async () => {
    const { clock, told, intake } = create();
    intake.onMessage(Buffer.from("a"));
    clock.advanceBy(10);
    intake.onMessage(Buffer.from("b"));
    expect(told).toEqual(["message at 5000", "message at 5000"]);
    await Promise.resolve();
    expect(told.at(-1)).toBe("burst");
    intake.onMessage(Buffer.from("c"));
    await Promise.resolve();
    expect(told.slice(3)).toEqual(["message at 5010", "burst"]);
  });

  it("still ends a burst in which the decoder threw", async () => {
    const { told, intake, traffic } = create();
    intake.onMessage(Buffer.alloc(0));
    intake.onMessage(Buffer.from("b"));
    await Promise.resolve();
    expect(told).toEqual(["bug", "message at 5000", "burst"]);
    expect(traffic.messages).toBe(2);
  });

  it("counts what comes in", () => {
    const { clock, traffic, intake } = create();
    intake.onMessage(Buffer.from("four"));
    clock.advanceBy(1);
    intake.onPing();
    clock.advanceBy(1);
    intake.onPong();
    expect(traffic).toEqual({ messages: 1, bytes: 4, pings: 1, pongs: 1, events: 0, newestAt: 5_001 });
  });
});
