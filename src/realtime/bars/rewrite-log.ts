/**
 * Which rows of a growing table were written again, for those who hold copies of older rows. Rows are counted from the
 * first one ever. Only what can still be the lowest answer is kept, so entries ascend in both time and row.
 */
export class RewriteLog {
  #now = 0;
  #rows: number[] = [];
  #times: number[] = [];

  /** Take it before copying, and ask {@link lowestSince} with it later. */
  get now(): number {
    return this.#now;
  }

  /** Row `row` and perhaps rows above it changed; rows below `firstRow` are no longer there. */
  record(row: number, firstRow: number): void {
    while (this.#rows.length > 0 && this.#rows[this.#rows.length - 1] >= row) {
      this.#rows.pop();
      this.#times.pop();
    }
    // Of rows that left one entry stays, the lowest row at the latest time: it may have moved those that are still there, as
    // an insertion does, and whoever holds rows that left has to know.
    while (this.#rows.length > 1 && this.#rows[1] <= firstRow) {
      this.#rows.splice(1, 1);
      this.#times.shift();
    }
    this.#rows.push(row);
    this.#times.push(++this.#now);
  }

  /** The lowest row that changed after `time`, or Infinity. Of rows that are no longer there it may tell one that changed before. */
  lowestSince(time: number): number {
    const at = this.#times.findLastIndex((changedAt) => changedAt <= time) + 1;
    return at < this.#rows.length ? this.#rows[at] : Infinity;
  }
}
