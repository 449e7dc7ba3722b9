import { describe, expect, it } from "vitest";
import { type QueueLinks, WaitQueue } from "../../../src/locks/wait-queue.ts";

interface Named extends QueueLinks<Named> {
  readonly name: string;
}

function queueOf(...names: string[]): { queue: WaitQueue<Named>; waiters: Named[] } {
  const queue = new WaitQueue<Named>();
  const waiters = names.map((name) => ({ name, ahead: undefined, behind: undefined }));
  for (const waiter of waiters) queue.push(waiter);
  return { queue, waiters };
}

function drain(queue: WaitQueue<Named>): string[] {
  const names: string[] = [];
  for (let head = queue.head; head !== undefined; head = queue.head) {
    names.push(head.name);
    queue.remove(head);
  }
  return names;
}

describe("WaitQueue", () => {
  it("keeps the order of arrival", () => {
    const { queue } = queueOf("a", "b", "c");
    expect(queue.length).toBe(3);
    expect(drain(queue)).toEqual(["a", "b", "c"]);
    expect(queue.length).toBe(0);
  });

  it.each([
    [0, ["b", "c"]],
    [1, ["a", "c"]],
    [2, ["a", "b"]],
  ])("closes the gap when waiter %i of three leaves", (index, left) => {
    const { queue, waiters } = queueOf("a", "b", "c");
    expect(queue.remove(waiters[index])).toBe(true);
    expect(queue.length).toBe(2);
    expect(drain(queue)).toEqual(left);
  });

  it("takes new waiters after its tail, its head or its only waiter left", () => {
    const { queue, waiters } = queueOf("a", "b");
    queue.remove(waiters[1]);
    queue.push(waiters[1]);
    expect(drain(queue)).toEqual(["a", "b"]);
    queue.push(waiters[0]);
    queue.push(waiters[1]);
    queue.remove(waiters[0]);
    queue.push(waiters[0]);
    expect(drain(queue)).toEqual(["b", "a"]);
  });

  it("removes a waiter once, and keeps none of its neighbours in it", () => {
    const { queue, waiters } = queueOf("a", "b", "c");
    queue.remove(waiters[1]);
    expect(waiters[1]).toEqual({ name: "b", ahead: undefined, behind: undefined });
    expect(queue.remove(waiters[1])).toBe(false);
    expect(queue.length).toBe(2);
  });
});
