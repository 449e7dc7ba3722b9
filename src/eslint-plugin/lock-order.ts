/** Where one lock is awaited while another is held. */
export interface OrderPlace {
  readonly file: string;
  readonly line: number;
}

/** A lock that is awaited under another one, there. */
interface Edge extends OrderPlace {
  readonly inner: string;
}

/**
 * In which order locks are taken, over all files that were looked at in this process. It keeps only what the newest look at
 * a file found there.
 */
export class LockOrder {
  readonly #edgesOf = new Map<string, Edge[]>();

  /** Forgets what was found in a file. */
  forget(file: string): void {
    for (const [outer, edges] of this.#edgesOf) {
      const others = edges.filter((edge) => edge.file !== file);
      if (others.length > 0) this.#edgesOf.set(outer, others);
      else this.#edgesOf.delete(outer);
    }
  }

  /**
   * Notes that `inner` is awaited under `outer`. When that closes a circle, returns the place where the last lock of the circle
   * is held while the first is awaited.
   */
  add(outer: string, inner: string, place: OrderPlace): OrderPlace | undefined {
    const closing = this.#pathFrom(inner, outer, new Set());
    const edges = this.#edgesOf.get(outer);
    if (edges) edges.push({ inner, ...place });
    else this.#edgesOf.set(outer, [{ inner, ...place }]);
    return closing;
  }

  /** The first step of a way from one lock to another. */
  #pathFrom(from: string, to: string, seen: Set<string>): OrderPlace | undefined {
    seen.add(from);
    for (const { inner, file, line } of this.#edgesOf.get(from) ?? []) {
      if (inner === to || (!seen.has(inner) && this.#pathFrom(inner, to, seen))) return { file, line };
    }
    return undefined;
  }
}
