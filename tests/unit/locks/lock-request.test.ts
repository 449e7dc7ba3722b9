import { describe, expect, it } from "vitest";
import { inTotalOrder, type LockRequest } from "../../../src/locks/lock-request.ts";

describe("inTotalOrder", () => {
  it("puts keys in the order of their code units and leaves the caller's array alone", () => {
    const requests: LockRequest[] = ["b", "Z", "é", "a"].map((key) => ({ key, mode: "read" }));
    expect(inTotalOrder(requests).map(({ key }) => key)).toEqual(["Z", "a", "b", "é"]);
    expect(requests.map(({ key }) => key)).toEqual(["b", "Z", "é", "a"]);
  });

  it.each([
    { modes: ["read", "read"], merged: "read" },
    { modes: ["read", "write"], merged: "write" },
    { modes: ["write", "read", "read"], merged: "write" },
    { modes: ["write", "write"], merged: "write" },
  ] as const)("merges $modes of one key to $merged", ({ modes, merged }) => {
    expect(inTotalOrder(modes.map((mode) => ({ key: "a", mode })))).toEqual([{ key: "a", mode: merged }]);
  });

  it("keeps the modes of neighbours apart", () => {
    const requests: LockRequest[] = [
      { key: "b", mode: "write" },
      { key: "a", mode: "read" },
      { key: "b", mode: "read" },
      { key: "a", mode: "read" },
    ];
    expect(inTotalOrder(requests)).toEqual([
      { key: "a", mode: "read" },
      { key: "b", mode: "write" },
    ]);
  });

  it("keeps what was asked for when the caller changes its request", () => {
    const request = { key: "a", mode: "write" as LockRequest["mode"] };
    const ordered = inTotalOrder([request]);
    Object.assign(request, { key: "b", mode: "read" });
    expect(ordered).toEqual([{ key: "a", mode: "write" }]);
  });

  it("refuses a mode it does not know", () => {
    const request = { key: "a", mode: "wirte" } as unknown as LockRequest;
    expect(() => inTotalOrder([request])).toThrow(
      new RangeError('mode of key "a" must be "read" or "write", was "wirte"'),
    );
  });
});
