import { describe, expect, it } from "vitest";
import { readControlRequest } from "../../../../../src/realtime/feed/simulated/control-request.ts";

const read = (request: unknown) => readControlRequest(JSON.stringify(request));

describe("readControlRequest", () => {
  it("reads the documented requests", () => {
    expect(read({ method: "SUBSCRIBE", params: ["a@trade"], id: 1 })).toEqual({
      method: "SUBSCRIBE",
      streams: ["a@trade"],
      id: 1,
    });
    expect(read({ method: "UNSUBSCRIBE", params: ["a@trade"], id: "x1" })).toEqual({
      method: "UNSUBSCRIBE",
      streams: ["a@trade"],
      id: "x1",
    });
    expect(read({ method: "LIST_SUBSCRIPTIONS", id: null })).toEqual({
      method: "LIST_SUBSCRIPTIONS",
      id: null,
    });
    expect(read({ method: "SET_PROPERTY", params: ["combined", true], id: 5 })).toEqual({
      method: "SET_PROPERTY",
      isCombined: true,
      id: 5,
    });
    expect(read({ method: "GET_PROPERTY", params: ["combined"], id: 2 })).toEqual({
      method: "GET_PROPERTY",
      id: 2,
    });
  });

  it.each([
    ["no method", { id: 1 }, 2, /missing field `method`/],
    [
      "an unknown method",
      { method: "JOIN", id: 1 },
      2,
      /unknown variant `JOIN`, expected one of `SUBSCRIBE`/,
    ],
    ["no streams", { method: "SUBSCRIBE", id: 1 }, 2, /params/],
    ["streams that are no names", { method: "SUBSCRIBE", params: ["a", 5], id: 1 }, 2, /params/],
    ["an id that is none", { method: "SUBSCRIBE", params: ["a"], id: { a: 1 } }, 2, /request ID/],
    ["an id that is too long", { method: "SUBSCRIBE", params: ["a"], id: "a".repeat(37) }, 2, /request ID/],
    [
      "an unknown property",
      { method: "SET_PROPERTY", params: ["other", true], id: 1 },
      0,
      /Unknown property/,
    ],
    ["a property name that is none", { method: "SET_PROPERTY", params: [1], id: 1 }, 2, /property name/],
    [
      "a value of another type",
      { method: "SET_PROPERTY", params: ["combined", 1], id: 1 },
      1,
      /expected Boolean/,
    ],
    ["too many parameters", { method: "SET_PROPERTY", params: ["combined", true, 1], id: 1 }, 2, /too many/],
    ["a list", [1], 2, /expected an object/],
    ["null", null, 2, /expected an object/],
  ])("refuses %s in the venue's words", (_, request, code, message) => {
    expect(read(request)).toMatchObject({ method: "refused", code, message: expect.stringMatching(message) });
  });

  it("refuses what is no JSON", () => {
    expect(readControlRequest("{")).toMatchObject({ method: "refused", id: null, code: 3 });
  });
});
