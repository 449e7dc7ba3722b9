import { afterEach, describe, expect, it, vi } from "vitest";
import type { FeedListener } from "../../../../src/realtime/feed/feed.ts";
import { GuardedListener, toError } from "../../../../src/realtime/feed/guarded-listener.ts";

function throwing(onError: (error: Error) => void): FeedListener {
  const fail = (what: string) => (): void => {
    throw new Error(`bug in ${what}`);
  };
  return {
    onConnected: fail("onConnected"),
    onDisconnected: fail("onDisconnected"),
    onStale: fail("onStale"),
    onBurst: fail("onBurst"),
    onError,
  };
}

describe("GuardedListener", () => {
  afterEach(() => vi.restoreAllMocks());

  it("passes each call on with its arguments", () => {
    const calls: unknown[][] = [];
    const note =
      (name: string) =>
      (...args: unknown[]): void =>
        void calls.push([name, ...args]);
    const listener = new GuardedListener({
      onConnected: note("connected"),
      onDisconnected: note("disconnected"),
      onStale: note("stale"),
      onError: note("error"),
      onBurst: note("burst"),
    });
    const error = new Error("x");
    listener.onConnected(1);
    listener.onDisconnected("gone", 250);
    listener.onStale(1_500);
    listener.onError(error);
    listener.onBurst();
    expect(calls).toEqual([
      ["connected", 1],
      ["disconnected", "gone", 250],
      ["stale", 1_500],
      ["error", error],
      ["burst"],
    ]);
  });

  it("hands what a callback throws to onError", () => {
    const messages: string[] = [];
    const listener = new GuardedListener(throwing((error) => messages.push(error.message)));
    listener.onConnected(1);
    listener.onDisconnected("gone", undefined);
    listener.onStale(1);
    listener.onBurst();
    expect(messages).toEqual([
      "bug in onConnected",
      "bug in onDisconnected",
      "bug in onStale",
      "bug in onBurst",
    ]);
  });

  it("hands what the work of a burst rejects with to onError, without waiting for it", async () => {
    const onError = vi.fn();
    const error = new Error("commit failed");
    const listener = new GuardedListener({ ...throwing(onError), onBurst: () => Promise.reject(error) });
    listener.onBurst();
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(error));
  });

  it("makes an uncaught exception of what onError throws, outside of the feed", () => {
    const later = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    const listener = new GuardedListener(
      throwing(() => {
        throw new Error("bug in onError");
      }),
    );
    listener.onBurst();
    expect(later.mock.calls[0][0]).toThrow("bug in onError");
  });
});

describe("toError", () => {
  it("keeps errors, and wraps whatever else was thrown", () => {
    const error = new Error("x");
    expect(toError(error)).toBe(error);
    expect(toError("text")).toMatchObject({ message: "thrown: text", cause: "text" });
  });
});
