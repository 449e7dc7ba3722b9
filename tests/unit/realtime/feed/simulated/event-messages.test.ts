import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventMessages } from "../../../../../src/realtime/feed/simulated/event-messages.ts";
import { fixedPoint } from "../../../../../src/realtime/feed/simulated/fixed-point.ts";
import { payloadOf } from "../../../../../src/realtime/feed/simulated/websocket-frame.ts";

const PATTERN = `{"E":<E>,"s":"X","t":<t>,"p":"<p>","q":"<q>","m":<flag>}`;

/** Whole numbers of every width up to `max`. */
const ofAnyWidth = (max: number) =>
  fc
    .nat({ max: Math.floor(Math.log10(max)) })
    .chain((digits) => fc.maxSafeNat().map((n) => n % Math.min(max, 10 ** (digits + 1))));

describe("EventMessages", () => {
  it("writes any sequence of values as plain string building would", () => {
    const decimals = fc.record({ p: fc.nat({ max: 8 }), q: fc.nat({ max: 8 }), padded: fc.boolean() });
    const event = fc.record({
      E: ofAnyWidth(2 ** 43),
      t: ofAnyWidth(2 ** 53),
      p: ofAnyWidth(2 ** 40),
      q: ofAnyWidth(100_000),
      flag: fc.boolean(),
      isCombined: fc.boolean(),
    });
    fc.assert(
      fc.property(decimals, fc.array(event, { minLength: 1, maxLength: 60 }), ({ p, q, padded }, events) => {
        const shown = (own: number) => (padded ? 8 : own);
        const messages = new EventMessages(
          PATTERN,
          [
            { name: "E", decimals: 0, shownDecimals: 0 },
            { name: "t", decimals: 0, shownDecimals: 0 },
            { name: "p", decimals: p, shownDecimals: shown(p) },
            { name: "q", decimals: q, shownDecimals: shown(q) },
            { name: "absent", decimals: 0, shownDecimals: 0 },
          ],
          "x@trade",
        );
        for (const one of events) {
          messages.values.set([one.E, one.t, one.p, one.q, one.t]);
          messages.flag = one.flag;
          const bare =
            `{"E":${one.E},"s":"X","t":${one.t},"p":"${fixedPoint(one.p, p, shown(p))}",` +
            `"q":"${fixedPoint(one.q, q, shown(q))}","m":${one.flag}}`;
          const expected = one.isCombined ? `{"stream":"x@trade","data":${bare}}` : bare;
          const frame = messages.frame(one.isCombined);
          expect(payloadOf(frame).toString()).toBe(expected);
          expect(frame[0]).toBe(0x81);
        }
      }),
    );
  });
});
