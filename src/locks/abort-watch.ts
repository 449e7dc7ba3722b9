export interface Abortable {
  readonly signal: AbortSignal | undefined;
}

/** Tells of waits whose signal aborted. Waits of one signal share one listener, which exists only while one of them waits. */
export class AbortWatch<W extends Abortable> {
  readonly #onAborted: (wait: W) => void;
  readonly #waitsBySignal = new Map<AbortSignal, Set<W>>();

  /** `onAborted` is expected to {@link forget} the wait. */
  constructor(onAborted: (wait: W) => void) {
    this.#onAborted = onAborted;
  }

  watch(wait: W, signal: AbortSignal): void {
    const waits = this.#waitsBySignal.get(signal);
    if (waits !== undefined) {
      waits.add(wait);
      return;
    }
    this.#waitsBySignal.set(signal, new Set([wait]));
    signal.addEventListener("abort", this.#abort);
  }

  forget(wait: W): void {
    const { signal } = wait;
    const waits = signal && this.#waitsBySignal.get(signal);
    if (!signal || !waits?.delete(wait) || waits.size > 0) return;
    signal.removeEventListener("abort", this.#abort);
    this.#waitsBySignal.delete(signal);
  }

  readonly #abort = (event: Event): void => {
    for (const wait of this.#waitsBySignal.get(event.target as AbortSignal) ?? []) this.#onAborted(wait);
  };
}
