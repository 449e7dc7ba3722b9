import type { Guarded } from "../../src/locks/frame-guard.ts";

/** What a reader sees of a {@link GuardedPair}: the pair itself, or a copy of it once it is frozen. */
export class PairView {
  readonly #pair: GuardedPair;
  frozen: { readonly left: number; readonly right: number } | undefined;
  isReleased = false;

  constructor(pair: GuardedPair) {
    this.#pair = pair;
  }

  get left(): number {
    return (this.frozen ?? this.#pair).left;
  }

  get right(): number {
    return (this.frozen ?? this.#pair).right;
  }
}

/** Two numbers that a commit raises one after the other: whoever sees them differ sees half a commit. */
export class GuardedPair implements Guarded<PairView> {
  left = 0;
  right = 0;
  /** Views that are frozen and not released. */
  readonly kept = new Set<PairView>();

  view(): PairView {
    return new PairView(this);
  }

  freeze(view: PairView): void {
    if (this.left !== this.right) throw new Error("a view was frozen in the middle of a commit");
    view.frozen = { left: this.left, right: this.right };
    this.kept.add(view);
  }

  release(view: PairView): void {
    if (!this.kept.delete(view)) throw new Error("a view was released that nobody kept");
    view.isReleased = true;
  }
}
