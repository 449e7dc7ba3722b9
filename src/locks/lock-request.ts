import type { LockMode } from "./lock-observer.ts";

/** One key of several that are wanted together. */
export interface LockRequest {
  readonly key: string;
  readonly mode: LockMode;
}

/**
 * Each key once, in its stronger mode, in the one order in which everybody takes several: that of UTF-16 code units,
 * which no locale changes.
 *
 * @throws RangeError for a mode that is neither `read` nor `write`.
 */
export function inTotalOrder(requests: readonly LockRequest[]): LockRequest[] {
  const ordered: LockRequest[] = [];
  for (const request of requests) insert(ordered, checked(request));
  return ordered;
}

/** Few are wanted together: what a sort allocates would cost more than moving them. */
function insert(ordered: LockRequest[], request: LockRequest): void {
  let at = 0;
  for (let end = ordered.length; at < end;) {
    const middle = (at + end) >>> 1;
    if (ordered[middle].key < request.key) at = middle + 1;
    else end = middle;
  }
  if (at === ordered.length) ordered.push(request);
  else if (ordered[at].key !== request.key) ordered.splice(at, 0, request);
  else if (request.mode === "write") ordered[at] = request;
}

/** A copy, because a caller may use its own again while this one waits. A mode of another name would be taken for the weaker one. */
function checked({ key, mode }: LockRequest): LockRequest {
  if (mode === "read" || mode === "write") return { key, mode };
  throw new RangeError(`mode of key "${key}" must be "read" or "write", was "${String(mode)}"`);
}
