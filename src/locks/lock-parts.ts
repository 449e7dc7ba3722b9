import type { Clock } from "../clock.ts";
import type { LockHooks } from "./lock-observer.ts";
import { IS_TRACKING_DEFAULT } from "./lock-owners.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import { type AdmissionOptions, type LineMaker, resolveAdmission } from "./wait-line.ts";
import { WaitWatch } from "./wait-watch.ts";

/** What a lock works with. Locks that have no setting of their own share one. */
export interface LockParts {
  readonly clock: Clock;
  readonly watch: WaitWatch;
  hooks: LockHooks | undefined;
  /** That of {@link hooks}, where it is found without a call. */
  tally: LockHooks["tally"] | undefined;
  tracksOwners: boolean;
  /** Whether somebody has to know of each hold, also where its caller needs no guard. */
  readonly needsGuards: boolean;
  readonly makeLine: LineMaker;
}

export interface LockPartsOptions extends AdmissionOptions {
  readonly observer?: unknown;
  readonly trackOwners?: boolean;
}

/** The parts of a lock whose observer, if there is one, has not registered yet. */
export function resolveParts(options: LockPartsOptions, clock: Clock): LockParts {
  const { observer, trackOwners: tracksOwners = IS_TRACKING_DEFAULT } = options;
  const makeLine = resolveAdmission(options);
  const isMonotonic = clock === monotonicClock;
  const isOrdinary = tracksOwners === ordinary.tracksOwners && makeLine === ordinary.makeLine;
  if (isMonotonic && isOrdinary && observer === undefined) return ordinary;
  const watch = isMonotonic ? ordinary.watch : new WaitWatch(clock);
  const needsGuards = observer !== undefined || tracksOwners;
  return { clock, watch, hooks: undefined, tally: undefined, tracksOwners, needsGuards, makeLine };
}

const ordinary: LockParts = {
  clock: monotonicClock,
  watch: new WaitWatch(monotonicClock),
  hooks: undefined,
  tally: undefined,
  tracksOwners: IS_TRACKING_DEFAULT,
  needsGuards: IS_TRACKING_DEFAULT,
  makeLine: resolveAdmission({}),
};
