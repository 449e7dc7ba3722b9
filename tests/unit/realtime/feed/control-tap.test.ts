import { describe, expect, it } from "vitest";
import { ControlTap } from "../../../../src/realtime/feed/control-tap.ts";
import type { FeedSink, KlineUpdate } from "../../../../src/realtime/feed/feed.ts";
import { Traffic } from "../../../../src/realtime/feed/traffic.ts";
import { WireRecord } from "../../../../src/realtime/feed/wire-record.ts";

function create() {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void calls.push([name, ...args]);
  const sink: FeedSink = {
    onTrade: note("trade"),
    onQuote: note("quote"),
    onKline: note("kline"),
    onOther: note("other"),
    onReply: note("reply"),
    onShutdownNotice: note("notice"),
    onRejected: note("rejected"),
  };
  const traffic = new Traffic();
  const handlers = { onReply: note("connection: reply"), onShutdownNotice: note("connection: notice") };
  return { calls, traffic, tap: new ControlTap(sink, handlers, traffic) };
}

describe("ControlTap", () => {
  it("passes market events on and counts them", () => {
    const { calls, traffic, tap } = create();
    const record = new WireRecord();
    const kline = {} as KlineUpdate;
    tap.onTrade(record);
    tap.onQuote(record);
    tap.onKline(kline);
    tap.onOther(record);
    expect(calls).toEqual([
      ["trade", record],
      ["quote", record],
      ["kline", kline],
      ["other", record],
    ]);
    expect(traffic.events).toBe(4);
  });

  it("tells control messages to the connection first, and counts neither them nor what is rejected", () => {
    const { calls, traffic, tap } = create();
    const message = Buffer.from("x");
    tap.onReply({ id: 1 });
    tap.onShutdownNotice();
    tap.onRejected("malformed", message);
    expect(calls).toEqual([
      ["connection: reply", { id: 1 }],
      ["reply", { id: 1 }],
      ["connection: notice"],
      ["notice"],
      ["rejected", "malformed", message],
    ]);
    expect(traffic.events).toBe(0);
  });
});
