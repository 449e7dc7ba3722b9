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

  it("counts a row that left as the first one still there, since an insertion moved what followed it", () => {
    const log = new RewriteLog();
    const before = log.now;
    log.record(3, 0);
    log.record(4, 0);
    log.record(9, 5);
    expect(log.lowestSince(before)).toBe(5);
    expect(log.lowestSince(2)).toBe(9);
    log.record(20, 15);
    expect(log.lowestSince(before)).toBe(15);
    expect(log.lowestSince(3)).toBe(20);
  });
});
