/** Numbers the turns of the event loop in which it is asked, without a callback in the others. */
export class TurnCounter {
  #number = 0;
  #isMarked = false;

  /**
   * The same number within one turn, a greater one after it. A section that holds for a turn must ask before it begins to:
   * immediates run in their order, so that the turn counts as over before the hold does.
   */
  get now(): number {
    if (!this.#isMarked) {
      this.#isMarked = true;
      setImmediate(() => {
        this.#number++;
        this.#isMarked = false;
      });
    }
    return this.#number;
  }
}
