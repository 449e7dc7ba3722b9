/**
 * How closely locks are watched. `off`: not at all. `counts`: grants, and the exact wait of each contended one. `sampled`:
 * besides, one hold in so many is timed, and who waited and who held is known by place. `trace`: each hold is timed, and
 * each event kept.
 */
export type ProfilerLevel = "off" | "counts" | "sampled" | "trace";

const LEVELS: readonly ProfilerLevel[] = ["off", "counts", "sampled", "trace"];

/** @throws RangeError for a level there is not. */
export function checkedLevel(level: ProfilerLevel): ProfilerLevel {
  if (LEVELS.includes(level)) return level;
  throw new RangeError(`level must be one of ${LEVELS.join(", ")}, was "${level}"`);
}
