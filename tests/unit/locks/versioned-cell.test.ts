import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { CellReentryError, OptimisticUpdateError, VersionedCell } from "../../../src/locks/index.ts";

const increment = (value: number) => value + 1;

/** A cell whose pauses are as long as they may be. */
function slowCell(): { cell: VersionedCell<number>; clock: VirtualClock } {
  const clock = new VirtualClock();
  const options = { name: "position", firstDelayMs: 10, maxDelayMs: 35 };
  return { cell: new VersionedCell(0, options, { clock, random: () => 1 }), clock };
}

function settled(): Promise<void> {
  return new Promise(setImmediate);
}

describe("VersionedCell", () => {
  it("begins with generation 0 and adds 1 with every commit", () => {
    const cell = new VersionedCell(5);
    expect(cell.read()).toEqual({ value: 5, generation: 0 });
    expect(cell.update(increment)).toEqual({ value: 6, generation: 1 });
    expect(cell.read()).toEqual({ value: 6, generation: 1 });
    expect(cell.read()).toBe(cell.read());
  });

  it("leaves what was read as it was", () => {
    const cell = new VersionedCell({ qty: 1 });
    const before = cell.read();
    cell.update(({ qty }) => ({ qty: qty + 1 }));
    expect(before).toEqual({ value: { qty: 1 }, generation: 0 });
    expect(cell.validate(before.generation)).toBe(false);
    expect(cell.validate(1)).toBe(true);
  });

  it("commits nothing when the value stays the very same", () => {
    const cell = new VersionedCell(NaN);
    expect(cell.update((value) => value)).toEqual({ value: NaN, generation: 0 });
    expect(cell.stats().commits).toBe(0);
  });

  it("is as it was after a change that throws, and can be updated again", () => {
    const cell = new VersionedCell(1);
    const fail = () => {
      throw new Error("change");
    };
    expect(() => cell.update(fail)).toThrow("change");
    expect(() => cell.batch([increment, fail])).toThrow("change");
    expect(cell.read()).toEqual({ value: 1, generation: 0 });
    expect(cell.update(increment).value).toBe(2);
  });

  it("makes the changes of a batch in order and as one commit", () => {
    const cell = new VersionedCell("");
    const changes = ["a", "b", "c"].map((letter) => (value: string) => value + letter);
    expect(cell.batch(changes)).toEqual({ value: "abc", generation: 1 });
    expect(cell.batch([])).toEqual({ value: "abc", generation: 1 });
  });

  it("reports an update from inside an update, and keeps the outer one right", () => {
    const cell = new VersionedCell(0, { name: "position" });
    const result = cell.update((value) => {
      expect(() => cell.update(increment)).toThrow(CellReentryError);
      expect(() => cell.batch([increment])).toThrow('cell "position" was updated from inside its own update');
      return value + 10;
    });
    expect(result).toEqual({ value: 10, generation: 1 });
  });

  it.each([
    [{ firstDelayMs: -1 }, "firstDelayMs must be 0 or more, was -1"],
    [{ firstDelayMs: NaN }, "firstDelayMs must be 0 or more, was NaN"],
    [{ firstDelayMs: 60 }, "maxDelayMs must be finite and at least firstDelayMs (60), was 50"],
    [{ maxDelayMs: Infinity }, "maxDelayMs must be finite and at least firstDelayMs (1), was Infinity"],
  ])("refuses %o", (options, message) => {
    expect(() => new VersionedCell(0, options)).toThrow(new RangeError(message));
  });
});

describe("optimisticUpdate", () => {
  it("commits what was computed when nobody else has committed", async () => {
    const { cell } = slowCell();
    await expect(cell.optimisticUpdate(async (value) => value + 1)).resolves.toEqual({
      value: 1,
      generation: 1,
    });
    await expect(cell.optimisticUpdate(increment)).resolves.toEqual({ value: 2, generation: 2 });
    expect(cell.stats()).toEqual({ commits: 2, conflicts: 0, retries: 0 });
  });

  it("computes again from the newer value when somebody was faster, after a pause", async () => {
    const { cell, clock } = slowCell();
    const seen: number[] = [];
    const update = cell.optimisticUpdate(async (value) => {
      seen.push(value);
      if (seen.length === 1) cell.update(() => 100);
      return value + 1;
    });
    await settled();
    expect(seen).toEqual([0]);
    clock.advanceBy(9);
    await settled();
    expect(seen).toEqual([0]);
    clock.advanceBy(1);
    await expect(update).resolves.toEqual({ value: 101, generation: 2 });
    expect(seen).toEqual([0, 100]);
    expect(cell.stats()).toEqual({ commits: 2, conflicts: 1, retries: 1 });
  });

  it("pauses up to twice as long each time, within the bound, and then gives up", async () => {
    const { cell, clock } = slowCell();
    const attemptedAtMs: number[] = [];
    const update = cell
      .optimisticUpdate(
        async (value) => {
          attemptedAtMs.push(clock.now());
          cell.update(increment);
          return value;
        },
        { maxRetries: 4 },
      )
      .catch((error: unknown) => error);
    for (let ms = 0; ms < 200; ms++) {
      await settled();
      clock.advanceBy(1);
    }
    expect(attemptedAtMs).toEqual([0, 10, 30, 65, 100]);
    const error = await update;
    expect(error).toBeInstanceOf(OptimisticUpdateError);
    expect(error).toMatchObject({
      code: "OPTIMISTIC_UPDATE",
      cell: "position",
      attempts: 5,
      message:
        'cell "position" was changed by others during each of 5 attempt(s): ' +
        "the last one read generation 4 and found generation 5",
    });
    expect(cell.stats()).toEqual({ commits: 5, conflicts: 5, retries: 4 });
  });

  it("with maxRetries of 0 tries once", async () => {
    const { cell } = slowCell();
    const update = cell.optimisticUpdate(
      () => {
        cell.update(increment);
        return 50;
      },
      { maxRetries: 0 },
    );
    await expect(update).rejects.toThrow(OptimisticUpdateError);
    expect(cell.read().value).toBe(1);
  });

  it("pauses for no time when the dice say 0", async () => {
    const clock = new VirtualClock();
    const cell = new VersionedCell(0, {}, { clock, random: () => 0 });
    let attempts = 0;
    await cell.optimisticUpdate(async (value) => {
      if (++attempts < 5) cell.update(increment);
      return value + 10;
    });
    expect(cell.read()).toEqual({ value: 14, generation: 5 });
  });

  it("with a first delay of 0 never pauses, however many conflicts there were", async () => {
    const clock = new VirtualClock();
    const cell = new VersionedCell(0, { firstDelayMs: 0 }, { clock, random: () => 0.5 });
    let attempts = 0;
    const update = cell.optimisticUpdate(
      async (value) => {
        // More doublings than a double holds.
        if (++attempts < 1_100) cell.update(increment);
        return value + 1;
      },
      { maxRetries: Infinity },
    );
    await expect(update).resolves.toMatchObject({ generation: 1_100 });
  });

  it("counts a conflict also when what it computed was no change", async () => {
    const { cell, clock } = slowCell();
    const seen: number[] = [];
    const update = cell.optimisticUpdate(async (value) => {
      seen.push(value);
      if (value === 0) cell.update(increment);
      return value;
    });
    await settled();
    clock.advanceBy(10);
    await expect(update).resolves.toEqual({ value: 1, generation: 1 });
    expect(seen).toEqual([0, 1]);
  });

  it("rejects with what the change throws and changes nothing", async () => {
    const { cell } = slowCell();
    const error = new Error("change");
    await expect(cell.optimisticUpdate(() => Promise.reject(error))).rejects.toBe(error);
    expect(cell.stats()).toEqual({ commits: 0, conflicts: 0, retries: 0 });
  });

  it.each([-1, 0.5, NaN])("refuses maxRetries of %d", async (maxRetries) => {
    const { cell } = slowCell();
    await expect(cell.optimisticUpdate(increment, { maxRetries })).rejects.toThrow(RangeError);
    expect(cell.read().value).toBe(0);
  });

  it("does not commit once its signal has aborted, wherever it was", async () => {
    const { cell } = slowCell();
    const reason = new Error("enough");
    await expect(cell.optimisticUpdate(increment, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );

    const inside = new AbortController();
    const computing = cell.optimisticUpdate(
      async (value) => {
        inside.abort(reason);
        return value + 1;
      },
      { signal: inside.signal },
    );
    await expect(computing).rejects.toBe(reason);
    expect(cell.read().generation).toBe(0);

    const pausing = new AbortController();
    const update = cell.optimisticUpdate(
      async (value) => {
        cell.update(increment);
        return value + 1;
      },
      { signal: pausing.signal },
    );
    await settled();
    expect(getEventListeners(pausing.signal, "abort")).toHaveLength(1);
    pausing.abort(reason);
    await expect(update).rejects.toBe(reason);
    expect(cell.read().generation).toBe(1);
  });

  it("leaves no listener on its signal", async () => {
    const { cell, clock } = slowCell();
    const { signal } = new AbortController();
    let attempts = 0;
    const update = cell.optimisticUpdate(
      async (value) => {
        if (++attempts === 1) cell.update(increment);
        return value + 1;
      },
      { signal },
    );
    await settled();
    clock.advanceBy(10);
    await update;
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
