import type { Guarded } from "../locks/frame-guard.ts";

/** What a read sees of a {@link GuardedPair}. */
export interface PairView {
  readonly left: number;
  readonly right: number;
}

/**
 * The state behind the lock of a bench: two numbers that a write raises one after the other, across an await. Whoever sees
 * them differ, or change, does not see one commit.
 */
export class GuardedPair implements PairView, Guarded<SharedPairView> {
  left = 0;
  right = 0;

  view(): SharedPairView {
    return new SharedPairView(this);
  }

  freeze(view: SharedPairView): void {
    view.freeze();
  }

  /** A frozen view keeps two numbers, which nobody has to give back. */
  release(): void {}
}

/** The pair itself, or what it was before the commit that froze the view. */
export class SharedPairView implements PairView {
  #shown: PairView;

  constructor(pair: PairView) {
    this.#shown = pair;
  }

  get left(): number {
    return this.#shown.left;
  }

  get right(): number {
    return this.#shown.right;
  }

  freeze(): void {
    const { left, right } = this.#shown;
    this.#shown = { left, right };
  }
}
