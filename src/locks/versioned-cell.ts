import type { Clock } from "../clock.ts";
import { backOffMs, pause } from "./back-off.ts";
import { CellReentryError } from "./cell-reentry-error.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import { OptimisticUpdateError } from "./optimistic-update-error.ts";

/** A value and the number of the commit that made it. Neither ever changes. */
export interface Versioned<T> {
  readonly value: T;
  /** 0 for the value the cell began with; each commit adds 1. */
  readonly generation: number;
}

export interface VersionedCellOptions {
  /** Names the cell in errors. @defaultValue "unnamed" */
  readonly name?: string;
  /** Longest pause before the first retry of an optimistic update, in ms; doubles with each. @defaultValue 1 */
  readonly firstDelayMs?: number;
  /** Longest pause before any retry, in ms. @defaultValue 50 */
  readonly maxDelayMs?: number;
}

export interface OptimisticUpdateOptions {
  /** How often a computation that lost is done again; 0 tries once, Infinity never gives up. @defaultValue 8 */
  readonly maxRetries?: number;
  /** When it aborts before the commit, nothing is changed and the call rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Counts since the cell was made. */
export interface VersionedCellStats {
  readonly commits: number;
  /** Optimistic computations that were thrown away, because somebody else had committed meanwhile. */
  readonly conflicts: number;
  /** Conflicts that were followed by another attempt. */
  readonly retries: number;
}

/**
 * A value that is replaced as a whole and never changed in place, for tasks of one thread. Readers need no lock: what
 * {@link read} returned stays as it was while others commit, and one that reads twice may see two generations.
 *
 * Nobody waits for anybody. Of changes that are computed at the same time, across an `await`, the first to be done is
 * committed and the others are computed again. The cell does not freeze what it holds: to change a value that was read
 * is to break every other reader of it.
 */
export class VersionedCell<T> {
  readonly name: string;
  readonly #firstDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #clock: Clock;
  readonly #random: () => number;
  #current: Versioned<T>;
  #isUpdating = false;
  #conflicts = 0;
  #retries = 0;

  /** Pauses end by `clock`, the machine's monotonic one unless a test holds time still; `random` is uniform in [0, 1). */
  constructor(
    initial: T,
    options: VersionedCellOptions = {},
    {
      clock = monotonicClock,
      random = Math.random,
    }: { readonly clock?: Clock; readonly random?: () => number } = {},
  ) {
    const { name = "unnamed", firstDelayMs = 1, maxDelayMs = 50 } = options;
    if (!(firstDelayMs >= 0)) throw new RangeError(`firstDelayMs must be 0 or more, was ${firstDelayMs}`);
    if (!(maxDelayMs >= firstDelayMs && maxDelayMs < Infinity)) {
      throw new RangeError(
        `maxDelayMs must be finite and at least firstDelayMs (${firstDelayMs}), was ${maxDelayMs}`,
      );
    }
    this.name = name;
    this.#firstDelayMs = firstDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#clock = clock;
    this.#random = random;
    this.#current = { value: initial, generation: 0 };
  }

  /** The value of now with its generation. Costs a property load: see `bench/locks/what-does-a-cell-cost.bench.ts`. */
  read(): Versioned<T> {
    return this.#current;
  }

  /** Whether nothing was committed since `generation` was read. */
  validate(generation: number): boolean {
    return this.#current.generation === generation;
  }

  /** A copy of the counts. */
  stats(): VersionedCellStats {
    return {
      commits: this.#current.generation,
      conflicts: this.#conflicts,
      retries: this.#retries,
    };
  }

  /**
   * Commits what `change` makes of the value, and returns what the cell holds then. When `change` returns the very value
   * it was given, nothing is committed; when it throws, nothing is changed.
   *
   * @throws CellReentryError when called from inside a `change` of this cell.
   */
  update(change: (value: T) => T): Versioned<T> {
    return this.batch([change]);
  }

  /** Makes several changes, each from the result of the one before, in one commit: all of them or none. Else as {@link update}. */
  batch(changes: Iterable<(value: T) => T>): Versioned<T> {
    if (this.#isUpdating) throw new CellReentryError(this.name);
    this.#isUpdating = true;
    try {
      let { value } = this.#current;
      for (const change of changes) value = change(value);
      return this.#commit(value);
    } finally {
      this.#isUpdating = false;
    }
  }

  /**
   * Commits what `change` makes of the value, when nobody has committed since it was given that value; else computes it
   * again from the newer one, after a pause. `change` may await, runs once an attempt, and must have no effect of its own.
   * When it returns the value it was given, nothing is committed; when it throws, the call rejects with that.
   *
   * Rejects with an `OptimisticUpdateError` after `maxRetries` retries.
   */
  async optimisticUpdate(
    change: (value: T) => T | PromiseLike<T>,
    { maxRetries = 8, signal }: OptimisticUpdateOptions = {},
  ): Promise<Versioned<T>> {
    if (!(maxRetries === Infinity || (Number.isSafeInteger(maxRetries) && maxRetries >= 0))) {
      throw new RangeError(`maxRetries must be a whole number of at least 0 or Infinity, was ${maxRetries}`);
    }
    for (let attempts = 1; ; attempts++) {
      signal?.throwIfAborted();
      const seen = this.#current;
      const value = await change(seen.value);
      signal?.throwIfAborted();
      if (this.#current === seen) return this.#commit(value);
      this.#conflicts++;
      if (attempts > maxRetries) {
        throw new OptimisticUpdateError(this.name, attempts, seen.generation, this.#current.generation);
      }
      this.#retries++;
      await this.#backOff(attempts, signal);
    }
  }

  #backOff(retry: number, signal: AbortSignal | undefined): Promise<void> {
    const limits = { firstDelayMs: this.#firstDelayMs, maxDelayMs: this.#maxDelayMs };
    return pause(backOffMs(retry, limits, this.#random), this.#clock, signal);
  }

  #commit(value: T): Versioned<T> {
    if (!Object.is(value, this.#current.value)) {
      this.#current = { value, generation: this.#current.generation + 1 };
    }
    return this.#current;
  }
}
