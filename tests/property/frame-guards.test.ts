import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import { FrameGuard, type FrameGuardOptions } from "../../src/locks/frame-guard.ts";
import { FrameReads } from "../../src/realtime/frames/frame-reads.ts";
import { FrameStore } from "../../src/realtime/frames/frame-store.ts";
import { GuardedBars, type SymbolView } from "../../src/realtime/frames/symbol-view.ts";
import type { EmptyIntervals } from "../../src/realtime/bars/symbol-bars.ts";
import { type BarRecord, barRecords } from "../support/bars.ts";
import { BarsBench, type TestTrade } from "../support/trades.ts";

const START = Date.UTC(2026, 1, 28, 23, 59, 0);
const TIMEFRAMES = ["1s", "5s", "1m"];

type Step =
  | { readonly kind: "trades"; readonly second: number; readonly count: number; readonly price: number }
  | { readonly kind: "commit" }
  | { readonly kind: "begin" }
  | { readonly kind: "look"; readonly reader: number; readonly bars: number | undefined }
  | { readonly kind: "end"; readonly reader: number };

const kind = <K extends Step["kind"]>(name: K) => fc.constant<K>(name);
const newest = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });

/** Trades of so many seconds from one on: late ones as often as not. */
const trades = fc.record({
  kind: kind("trades"),
  second: fc.nat(60),
  count: fc.constantFrom(1, 1, 1, 70),
  price: fc.integer({ min: 1, max: 99 }),
});

const steps = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 5, arbitrary: trades },
    { weight: 3, arbitrary: fc.record({ kind: kind("commit") }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("begin") }) },
    { weight: 3, arbitrary: fc.record({ kind: kind("look"), reader: fc.nat(), bars: newest }) },
    { weight: 1, arbitrary: fc.record({ kind: kind("end"), reader: fc.nat() }) },
  ),
  { minLength: 10, maxLength: 60 },
);

interface Reader {
  readonly frames: FrameReads;
  /** Per timeframe, what the frames were when it began. */
  readonly began: readonly (readonly BarRecord[])[];
  readonly leave: () => void;
  readonly done: Promise<void>;
}

/** The bars of one symbol behind a guard, with trades that wait for their commit and readers that come and go. */
class GuardedMarket {
  readonly #bench: BarsBench;
  readonly #guard: FrameGuard<SymbolView>;
  readonly #source: ConstructorParameters<typeof FrameReads>[0];
  readonly #readers: Reader[] = [];
  #waiting: TestTrade[] = [];
  #ids = 0;
  looks = 0;

  constructor(options: FrameGuardOptions, keepBars: number, emptyIntervals: EmptyIntervals) {
    this.#bench = new BarsBench({ timeframes: TIMEFRAMES, keepBars, emptyIntervals });
    const frames = new FrameStore();
    const { bars } = this.#bench;
    this.#guard = new FrameGuard(new GuardedBars(bars, frames), new AsyncRWLock(), options);
    const get = (_symbol: string, timeframe: string) => this.#bench.series(timeframe);
    this.#source = { frames, series: { timeframes: TIMEFRAMES, get } };
  }

  async do(step: Step): Promise<void> {
    if (step.kind === "trades") this.#wait(step);
    else if (step.kind === "commit") this.#commit();
    else if (step.kind === "begin") this.#begin();
    else if (step.kind === "look") this.#look(step);
    else await this.#end(step.reader);
  }

  async finish(): Promise<void> {
    while (this.#readers.length > 0) await this.#end(0);
    this.#commit();
    expect(this.#waiting).toEqual([]);
    // Nothing is kept from changing in place any more.
    for (const { closed } of this.#bench.bars.series)
      expect(closed.arrays).toHaveProperty("frozen", new Set());
  }

  #wait({
    second,
    count,
    price,
  }: {
    readonly second: number;
    readonly count: number;
    readonly price: number;
  }): void {
    for (let i = 0; i < count; i++) {
      const id = ++this.#ids;
      const time = START + (second + i) * 1_000;
      const size = String(1 + (id % 7));
      this.#waiting.push({ id, time, price: String(price), size, takerBought: id % 2 === 0 });
    }
  }

  #commit(): void {
    const commit = this.#guard.tryCommit();
    if (commit === undefined) return;
    this.#bench.applyAll(this.#waiting);
    this.#waiting = [];
    this.#bench.bars.version++;
    commit.release();
  }

  /** No commit is ever open, so a reader is inside at once. */
  #begin(): void {
    let leave!: () => void;
    const held = new Promise<void>((resolve) => (leave = resolve));
    let inside: Pick<Reader, "frames" | "began"> | undefined;
    const done = this.#guard.withRead((view) => {
      const store = new FrameStore();
      const began = TIMEFRAMES.map((name) => barRecords(store.frame(this.#bench.series(name))));
      inside = { frames: new FrameReads(this.#source, "X", view), began };
      return held;
    });
    this.#readers.push({ ...inside!, leave, done });
  }

  #look({ reader, bars }: { readonly reader: number; readonly bars: number | undefined }): void {
    if (this.#readers.length === 0) return;
    const { frames, began } = this.#readers[reader % this.#readers.length];
    TIMEFRAMES.forEach((name, i) => {
      const expected = bars === undefined ? began[i] : began[i].slice(-bars);
      expect(barRecords(frames.get(name, { bars }))).toEqual(expected);
    });
    this.looks++;
  }

  async #end(reader: number): Promise<void> {
    if (this.#readers.length === 0) return;
    const [{ leave, done }] = this.#readers.splice(reader % this.#readers.length, 1);
    leave();
    await done;
  }
}

describe.each<{ name: string; options: FrameGuardOptions }>([
  { name: "rwlock", options: { guard: "rwlock" } },
  { name: "snapshot", options: { guard: "snapshot" } },
  { name: "adaptive", options: { guard: { windowAccesses: 3, snapshotFrom: 0.5, rwlockBelow: 0.4 } } },
])("frames guarded by $name", ({ options }) => {
  it("are those of one commit for each reader, whatever is traded, late or in time, while it reads", async () => {
    let looks = 0;
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(4, 10, Infinity),
        fc.constantFrom<EmptyIntervals>("omit", "flat"),
        async (script, keepBars, emptyIntervals) => {
          const market = new GuardedMarket(options, keepBars, emptyIntervals);
          for (const step of script) await market.do(step);
          await market.finish();
          looks += market.looks;
        },
      ),
      { numRuns: 150, seed: 20_261_125 },
    );
    expect(looks).toBeGreaterThan(150);
  }, 120_000);
});
