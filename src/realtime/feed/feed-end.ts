/** The end of a feed that ends by itself, as a promise that can go unwatched without harm. */
export class FeedEnd {
  readonly #promise: Promise<void>;
  #settle!: { resolve(): void; reject(error: Error): void };
  #isWatched = false;

  constructor() {
    this.#promise = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Where nobody watches, whoever calls `settle` must see to the error.
    this.#promise.catch(() => {});
  }

  /** Resolves at the end; rejects with what broke the feed. Asking for it is watching it. */
  get promise(): Promise<void> {
    this.#isWatched = true;
    return this.#promise;
  }

  get isWatched(): boolean {
    return this.#isWatched;
  }

  settle(error?: Error): void {
    if (error) this.#settle.reject(error);
    else this.#settle.resolve();
  }
}
