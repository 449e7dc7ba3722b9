/** One call of a counter, between two instants of a clock that ticks at each call and each return. */
export interface Operation {
  readonly kind: "add" | "get";
  readonly calledAt: number;
  readonly returnedAt: number;
  /** What `get` read, or the counter was after `add`. */
  readonly value: number;
}

/**
 * Whether a history of a counter that starts at 0 could have come from calls that take effect one at a time, each at an
 * instant between its call and its return. Tries the orders in which they could; what does not return before another is called
 * may come before it or after.
 */
export function isLinearizable(history: readonly Operation[]): boolean {
  const calls = history.toSorted((a, b) => a.calledAt - b.calledAt);
  /** The counter is the number of `add`s done, so who is done is all there is to a state. */
  const failed = new Set<string>();
  const isDone = calls.map(() => false);

  const search = (value: number, left: number): boolean => {
    if (left === 0) return true;
    const key = isDone.map(Number).join("");
    if (failed.has(key)) return false;
    let firstReturn = Infinity;
    for (const [i, { returnedAt }] of calls.entries()) {
      if (!isDone[i]) firstReturn = Math.min(firstReturn, returnedAt);
    }
    for (const [i, call] of calls.entries()) {
      if (call.calledAt > firstReturn) break;
      const after = call.kind === "add" ? value + 1 : value;
      if (isDone[i] || call.value !== after) continue;
      isDone[i] = true;
      if (search(after, left - 1)) return true;
      isDone[i] = false;
    }
    failed.add(key);
    return false;
  };
  return search(0, calls.length);
}
