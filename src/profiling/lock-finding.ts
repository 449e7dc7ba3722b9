/** Something that is wrong with the way locks are used. Plain data, safe for JSON. */
export interface LockFinding {
  /**
   * `deadlock`: tasks wait for each other in a circle, and will for ever unless one gives up. `order-inversion`: two locks
   * are taken one inside the other in both orders, which can become one.
   */
  readonly kind: "deadlock" | "order-inversion";
  /** Time of the profiler's clock, in ms. */
  readonly atMs: number;
  /** In one sentence: which locks, and where. */
  readonly message: string;
  /** Names of the locks, each waited for by one who holds the one before it; the first by the holder of the last. */
  readonly locks: readonly string[];
  /** Where each of them is waited for, or taken; `unknown` where that is not known. */
  readonly sites: readonly string[];
}
