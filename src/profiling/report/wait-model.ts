import { UNKNOWN_SITE } from "../held-shares.ts";
import type { ContentionBound, Cure } from "./contention-row.ts";
import type { LockWaits, WaitPair } from "./lock-waits.ts";

/** Where two cures remove as much, the one that keeps more of the code as it is. */
const CURES: readonly Cure[] = ["snapshot", "finer", "shorter"];
/** A hold of half the length meets half as many callers, who come at any moment of it alike, and each waits half as long. */
const KEPT_BY_HALF = 1 / 4;
/** Holders behind holders behind holders: longer chains than this change no digit that is printed. */
const LONGEST_CHAIN = 32;

/** The part of a wait, from 0 to 1, that a cure leaves as it is: at least, and at most where the pair is not known well. */
type Keeps = (pair: WaitPair) => { readonly least: number; readonly most: number };

/** The cure that removes most of what was waited behind `place`; `undefined` where nobody waited behind it. */
export function bestCure(
  waits: LockWaits,
  place: string,
  { spanMs }: { readonly spanMs: number },
): ContentionBound | undefined {
  const behind = waits.pairs.filter(({ holder }) => holder === place);
  const removed = (cure: Cure): number =>
    behind.reduce((sum, pair) => sum + pair.waitMs * (1 - keeps(cure, place)(pair).most), 0);
  const [best] = CURES.map((cure) => ({ cure, ms: removed(cure) })).sort((a, b) => b.ms - a.ms);
  return best.ms > 0 ? boundOf(waits, best.cure, place, spanMs) : undefined;
}

function boundOf(waits: LockWaits, cure: Cure, place: string, spanMs: number): ContentionBound {
  const { pairs, totalMs, lock } = waits;
  const keep = keeps(cure, place);
  const moved = movedHolders(waits, keep);
  const directMs = pairs.reduce((sum, pair) => sum + pair.waitMs * (1 - keep(pair).most), 0);
  const leftMs = pairs.reduce(
    (sum, pair) => sum + pair.waitMs * keep(pair).least * (1 - (moved.get(pair.holder) ?? 0)),
    0,
  );
  const atMostMs = totalMs - leftMs;
  // Nobody waits for longer than the lock is waited for, and what is not waited is all that a caller can save.
  const restMs = spanMs - Math.min(lock.contendedMs, atMostMs);
  const runAtMost = restMs > 0 ? spanMs / restMs : Infinity;
  const capped = cure === "shorter" ? Math.min(2, runAtMost) : runAtMost;
  return {
    cure,
    direct: directMs / totalMs,
    atMost: atMostMs / totalMs,
    runAtMost: Number.isFinite(capped) ? capped : undefined,
  };
}

function keeps(cure: Cure, place: string): Keeps {
  switch (cure) {
    case "snapshot":
      return ({ waiterReads, holderReads }) => ({
        least: (1 - (waiterReads ?? 1)) * (1 - (holderReads ?? 1)),
        most: (1 - (waiterReads ?? 0)) * (1 - (holderReads ?? 0)),
      });
    case "finer":
      return ({ waiter, holder, waiterReads, holderReads }) => {
        // A reader and a writer of one lock are taken to share what it guards.
        const writers = (1 - (waiterReads ?? 0)) * (1 - (holderReads ?? 0));
        const isKnown = waiter !== UNKNOWN_SITE && holder !== UNKNOWN_SITE;
        if (!isKnown) return { least: 1 - writers, most: 1 };
        const kept = waiter === holder ? 1 : 1 - writers;
        return { least: kept, most: kept };
      };
    case "shorter":
      return ({ holder }) => {
        const kept = holder === place ? KEPT_BY_HALF : 1;
        return { least: kept, most: kept };
      };
  }
}

/**
 * How many of the holders of each place, from 0 to 1, can enter earlier than they did: those that had waited, as far as that
 * wait is removed, or was behind one that can enter earlier itself.
 */
function movedHolders(waits: LockWaits, keep: Keeps): ReadonlyMap<string, number> {
  const holders = [...new Set(waits.pairs.map(({ holder }) => holder))].map((place) => {
    const totalMs = waits.waitedMs(place);
    const behind = waits.pairs.filter(({ waiter }) => waiter === place);
    const parts = behind.map((pair) => ({
      holder: pair.holder,
      part: pair.waitMs / totalMs,
      kept: keep(pair).least,
    }));
    return { place, waited: waits.waitedShare(place), parts };
  });
  let moved = new Map<string, number>();
  for (let i = 0; i < LONGEST_CHAIN; i++) {
    const before = moved;
    moved = new Map(
      holders.map(({ place, waited, parts }) => [
        place,
        waited *
          parts.reduce(
            (sum, { holder, part, kept }) => sum + part * (1 - kept * (1 - (before.get(holder) ?? 0))),
            0,
          ),
      ]),
    );
  }
  return moved;
}
