import { afterEach, describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { waitToRetry } from "../../../../src/realtime/feed/retry-wait.ts";

function openTimeouts(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

describe("waitToRetry", () => {
  afterEach(() => vi.restoreAllMocks());

  it("resolves after its delay and not before", async () => {
    const clock = new VirtualClock();
    const onDone = vi.fn();
    const waiting = waitToRetry(100, clock, new AbortController().signal).then(onDone);
    clock.advanceBy(99);
    await Promise.resolve();
    expect(onDone).not.toHaveBeenCalled();
    clock.advanceBy(1);
    await waiting;
    expect(onDone).toHaveBeenCalledOnce();
  });

  it("resolves at once when it is aborted, now or before", async () => {
    const closing = new AbortController();
    const waiting = waitToRetry(100, new VirtualClock(), closing.signal);
    closing.abort();
    await waiting;
    await waitToRetry(100, new VirtualClock(), closing.signal);
  });

  it("keeps the process alive while it waits, and no longer", async () => {
    const before = openTimeouts();
    const closing = new AbortController();
    const waiting = waitToRetry(100, new VirtualClock(), closing.signal);
    expect(openTimeouts()).toBe(before + 1);
    closing.abort();
    await waiting;
    expect(openTimeouts()).toBe(before);
  });

  it("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const clock = new VirtualClock();
    const waiting = waitToRetry(1, clock, signal);
    clock.advanceBy(1);
    await waiting;
    expect(remove).toHaveBeenCalledOnce();
  });
});
