import type { Candidate } from "../../../src/lock-bench/candidate.ts";

/** Excludes nobody. */
export const NO_LOCK: Candidate = {
  name: "none",
  about: "excludes nobody",
  open: (pair) => ({ read: (body) => body(pair), write: (body) => body(), close: () => {} }),
};

/** Shows readers what was there in the beginning. */
export const OLD_NEWS: Candidate = {
  name: "old",
  about: "shows the first commit for ever",
  open: (pair) => {
    const { left, right } = pair;
    return { read: (body) => body({ left, right }), write: (body) => body(), close: () => {} };
  },
};
