/*
 * How many states are legal, counted by hand rather than by search: nobody inside and nobody waiting; readers, and a
 * line that a writer heads; readers of whom one waits for its upgrade, and any line; a writer, and any line. A closed
 * lock has no line and no upgrade.
 */

/** Of tasks that are told apart. */
export function states(tasks: number): number {
  const lines = (free: number, isHeadedByWriter: boolean): number => {
    let sum = 1;
    for (let waiting = 1; waiting <= free; waiting++) {
      sum += arrangements(free, waiting) * 2 ** (isHeadedByWriter ? waiting - 1 : waiting);
    }
    return sum;
  };
  let open = 1 + tasks * lines(tasks - 1, false);
  for (let readers = 1; readers <= tasks; readers++) {
    const groups = arrangements(tasks, readers) / arrangements(readers, readers);
    open += groups * lines(tasks - readers, true);
    if (readers > 1) open += groups * readers * lines(tasks - readers, false);
  }
  return open + 2 ** tasks + tasks;
}

/** Of tasks that differ in nothing. */
export function distinctStates(tasks: number): number {
  /** Lines of up to `free`, each waiting for one of two modes. */
  const lines = (free: number) => 2 ** (free + 1) - 1;
  const linesHeadedByWriter = (free: number) => 2 ** free;
  let open = 1 + lines(tasks - 1);
  for (let readers = 1; readers <= tasks; readers++) {
    open += linesHeadedByWriter(tasks - readers);
    if (readers > 1) open += lines(tasks - readers);
  }
  return open + tasks + 2;
}

/** Ways to line up `k` of `n`. */
function arrangements(n: number, k: number): number {
  return k === 0 ? 1 : n * arrangements(n - 1, k - 1);
}
