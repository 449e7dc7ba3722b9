import { describe, expect, it } from "vitest";
import { codePlace } from "../../../../src/profiling/exporters/code-place.ts";

describe("codePlace", () => {
  it.each([
    ["run /bots/a.ts:12:7", { name: "run", file: "/bots/a.ts", line: 12, column: 7 }],
    ["new Bot /my bots/a.ts:1:2", { name: "new Bot", file: "/my bots/a.ts", line: 1, column: 2 }],
    [
      "Bot.run [as go] C:\\bots\\a.ts:3:4",
      { name: "Bot.run [as go]", file: "C:\\bots\\a.ts", line: 3, column: 4 },
    ],
    ["run file:///bots/a.ts:5:6", { name: "run", file: "file:///bots/a.ts", line: 5, column: 6 }],
    ["/bots/a.ts:12:7", { name: "a.ts:12", file: "/bots/a.ts", line: 12, column: 7 }],
  ])("takes %j apart", (site, place) => {
    expect(codePlace(site)).toEqual(place);
  });

  it.each(["strategy", "unknown", "", "orders: 1:2", "close/open", "/bots/a.ts:12"])(
    "leaves the label %j whole",
    (site) => {
      expect(codePlace(site)).toEqual({ name: site, file: undefined, line: 0, column: 0 });
    },
  );
});
