import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../../src/clock.ts";
import {
  MessageFaults,
  type MessageFault,
} from "../../../../../src/realtime/feed/simulated/message-faults.ts";
import { SeededRandom } from "../../../../../src/realtime/feed/simulated/seeded-random.ts";
import { payloadOf, textFrame } from "../../../../../src/realtime/feed/simulated/websocket-frame.ts";

function scene(...ordered: MessageFault[]) {
  const clock = new VirtualClock();
  const out: string[] = [];
  const target = { deliver: (frame: Buffer) => void out.push(payloadOf(frame).toString()), flush() {} };
  const faults = new MessageFaults(target, { clock, random: new SeededRandom(9) });
  for (const fault of ordered) faults.add(fault);
  const push = (from: number, to: number) => {
    for (let n = from; n <= to; n++) faults.push(textFrame(Buffer.from(`{"n":${n}}`)));
  };
  return { clock, out, faults, push };
}

const all = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `{"n":${from + i}}`);

describe("MessageFaults", () => {
  it("loses as many messages as ordered, then none", () => {
    const { out, faults, push } = scene({ kind: "lose", messages: 3 });
    push(1, 5);
    expect(out).toEqual(all(4, 5));
    expect(faults.isOver).toBe(true);
  });

  it("sends messages twice", () => {
    const { out, push } = scene({ kind: "duplicate", messages: 2 });
    push(1, 3);
    expect(out).toEqual(['{"n":1}', '{"n":1}', '{"n":2}', '{"n":2}', '{"n":3}']);
  });

  it("shuffles within windows and across none", () => {
    const { out, push } = scene({ kind: "reorder", messages: 25, window: 10 });
    push(1, 27);
    expect(out).not.toEqual(all(1, 27));
    expect(out.slice(0, 10).sort()).toEqual(all(1, 10).sort());
    expect(out.slice(10, 20).sort()).toEqual(all(11, 20).sort());
    expect(out.slice(20, 25).sort()).toEqual(all(21, 25).sort());
    expect(out.slice(25)).toEqual(all(26, 27));
  });

  it("delays messages, and what follows waits behind them", () => {
    const { clock, out, faults, push } = scene({ kind: "delay", messages: 2, ms: 100 });
    push(1, 1);
    clock.advanceBy(60);
    push(2, 4);
    expect(out).toEqual([]);
    clock.advanceBy(40);
    expect(out).toEqual(all(1, 1));
    clock.advanceBy(59);
    expect(out).toEqual(all(1, 1));
    clock.advanceBy(1);
    expect(out).toEqual(all(1, 4));
    expect(faults.isOver).toBe(true);
    push(5, 5);
    expect(out).toEqual(all(1, 5));
  });

  it("makes messages that are no JSON any more", () => {
    const { out, push } = scene({ kind: "corrupt", messages: 50 });
    push(1, 51);
    for (const text of out.slice(0, 50)) expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(out[50]).toBe('{"n":51}');
  });

  it("cuts messages short, in whole frames", () => {
    const { out, push } = scene({ kind: "truncate", messages: 50 });
    push(101, 151);
    for (const [i, text] of out.slice(0, 50).entries()) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThan(9);
      expect(`{"n":${101 + i}}`.startsWith(text)).toBe(true);
    }
    expect(out[50]).toBe('{"n":151}');
  });

  it("lets everything held go when it ends, in order", () => {
    const { out, faults, push } = scene(
      { kind: "delay", messages: 2, ms: 1_000 },
      { kind: "reorder", messages: 1, window: 5 },
    );
    push(1, 3);
    faults.end();
    expect(out).toEqual(all(1, 3));
  });
});
