import type { LockMode } from "../../src/locks/index.ts";

/** Who is inside of one lock. Every section of a bench passes through it, so that no lock is fast by letting two in. */
export class Exclusion {
  #readers = 0;
  #writers = 0;
  #sections = 0;

  enter(mode: LockMode): void {
    if (this.#writers !== 0 || (mode === "write" && this.#readers !== 0)) {
      throw new Error(
        `a ${mode} section began beside ${this.#readers} reader(s) and ${this.#writers} writer(s)`,
      );
    }
    if (mode === "read") this.#readers++;
    else this.#writers++;
    this.#sections++;
  }

  leave(mode: LockMode): void {
    if (mode === "read") this.#readers--;
    else this.#writers--;
  }

  /** Throws unless exactly `sections` ran since the last call, and nobody is inside. */
  expect(sections: number): void {
    const ran = this.#sections;
    this.#sections = 0;
    if (ran !== sections) throw new Error(`${ran} sections ran instead of ${sections}`);
    if (this.#readers + this.#writers > 0) throw new Error("somebody never left");
  }
}
