import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RewriteLog } from "../../../../src/realtime/bars/rewrite-log.ts";

describe("RewriteLog", () => {
  it("answers Infinity while nothing was written again", () => {
    const log = new RewriteLog();
    expect(log.lowestSince(log.now)).toBe(Infinity);
  });

  it("tells the lowest row that changed since any time, as a list of all changes would", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }), (rows) => {
        const log = new RewriteLog();
        const times = rows.map((row) => {
          const time = log.now;
          log.record(row, 0);
          return time;
        });
        times.forEach((time, i) => expect(log.lowestSince(time)).toBe(Math.min(...rows.slice(i))));
        expect(log.lowestSince(log.now)).toBe(Infinity);
      }),
    );
  });

  it("tells a row that left as well, and keeps one entry for all of them", () => {
    const log = new RewriteLog();
    const before = log.now;
    log.record(3, 0);
    log.record(4, 0);
    log.record(9, 5);
    expect([before, 1, 2].map((time) => log.lowestSince(time))).toEqual([3, 3, 9]);
    log.record(20, 15);
    expect([before, 2, 3].map((time) => log.lowestSince(time))).toEqual([3, 3, 20]);
  });
});
