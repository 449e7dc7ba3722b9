import type { Guarded } from "./frame-guard.ts";

/** The view that all readers of one commit share, with a count of them. */
export class SharedView<View> {
  readonly view: View;
  readonly #state: Guarded<View>;
  #readers = 0;
  #isFrozen = false;

  constructor(state: Guarded<View>) {
    this.#state = state;
    this.view = state.view();
  }

  enter(): void {
    this.#readers++;
  }

  /** Each who entered calls it once. */
  release(): void {
    if (--this.#readers === 0 && this.#isFrozen) this.#state.release(this.view);
  }

  /** Nobody enters any more, and a commit follows. Returns whether anybody is still inside. */
  freeze(): boolean {
    if (this.#readers === 0) return false;
    this.#state.freeze(this.view);
    this.#isFrozen = true;
    return true;
  }
}
