import type { LockIdentity, LockMode } from "../locks/lock-observer.ts";
import type { HeldLock } from "../locks/lock-owners.ts";
import { UNKNOWN_SITE } from "./held-shares.ts";
import type { LockFinding } from "./lock-finding.ts";

/** A task that waits, and what it holds meanwhile. */
export interface OpenWait {
  readonly lock: LockIdentity;
  readonly mode: LockMode;
  readonly held: readonly HeldLock[];
  readonly site: string | undefined;
}

/** Pairs of locks whose order is remembered. */
const MOST_ORDERS = 4_096;

/**
 * Who waits for whom across locks, as far as tasks are known: of locks that track owners, in the bodies of `with…` calls.
 * What it reports is certain: whoever holds a lock by a guard alone is nobody here.
 */
export class WaitGraph {
  readonly #waits = new Set<OpenWait>();
  /** Where the second of two locks was taken inside the first. */
  readonly #orders = new Map<string, string>();

  /** A task begins to wait. Returns the circle that this closes, if it does. */
  open(wait: OpenWait, atMs: number): LockFinding | undefined {
    if (wait.held.length === 0) return undefined;
    this.#waits.add(wait);
    const circle = this.#circle(wait, [wait]);
    if (circle === undefined) return undefined;
    const locks = circle.map(({ lock }) => lock.name);
    const sites = circle.map(({ site }) => site ?? UNKNOWN_SITE);
    const parts = circle.map(({ lock, mode }, i) => `${sites[i]} waits to ${mode} "${lock.name}"`);
    const message = `tasks wait for each other for ever: ${parts.join(", held by one that ")}, held by the first`;
    return { kind: "deadlock", atMs, message, locks, sites };
  }

  close(wait: OpenWait): void {
    this.#waits.delete(wait);
  }

  /** A task that holds some locks takes, or wants, one more. Returns the reverse order, if that was seen: once a pair. */
  order(
    lock: LockIdentity,
    held: readonly HeldLock[],
    site: string | undefined,
    atMs: number,
  ): LockFinding | undefined {
    for (const { lock: outer } of held) {
      if (outer.name === lock.name) continue;
      const key = keyOf(outer.name, lock.name);
      if (this.#orders.has(key) || this.#orders.size >= MOST_ORDERS) continue;
      const here = site ?? UNKNOWN_SITE;
      this.#orders.set(key, here);
      const there = this.#orders.get(keyOf(lock.name, outer.name));
      if (there === undefined) continue;
      const message = `"${lock.name}" is taken inside "${outer.name}" (${here}), and the other way round (${there})`;
      return { kind: "order-inversion", atMs, message, locks: [outer.name, lock.name], sites: [there, here] };
    }
    return undefined;
  }

  /** Depth first, along waits whose lock somebody holds who waits too. */
  #circle(first: OpenWait, path: readonly OpenWait[]): readonly OpenWait[] | undefined {
    const last = path[path.length - 1];
    for (const next of this.#waits) {
      if (!next.held.some((hold) => isInTheWay(hold, last))) continue;
      if (next === first) return path;
      const circle = path.includes(next) ? undefined : this.#circle(first, [...path, next]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  }
}

/** Two readers are in nobody's way. */
function isInTheWay({ lock, guard }: HeldLock, wait: OpenWait): boolean {
  return lock === wait.lock && guard.isHeld && (guard.mode === "write" || wait.mode === "write");
}

function keyOf(outer: string, inner: string): string {
  return `${outer}\n${inner}`;
}
