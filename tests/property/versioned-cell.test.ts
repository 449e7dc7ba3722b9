import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/clock.ts";
import { OptimisticUpdateError, VersionedCell, type Versioned } from "../../src/locks/index.ts";

const change = fc.record({
  kind: fc.constantFrom("update", "batch", "optimistic", "optimistic", "nothing", "throw"),
  awaits: fc.nat(3),
  maxRetries: fc.nat(4),
});

describe("VersionedCell", () => {
  it("commits changes one after the other, each to the value of the one before, in any order of events", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(change, { minLength: 1, maxLength: 12 }),
        async (scheduler, changes) => {
          const cell = new VersionedCell<readonly number[]>(
            [],
            {},
            { clock: new VirtualClock(), random: () => 0 },
          );
          const commits: Versioned<readonly number[]>[] = [];
          let gaveUp = 0;
          const runs = changes.map(async ({ kind, awaits, maxRetries }, i) => {
            await scheduler.schedule(Promise.resolve(), `change ${i} begins`);
            if (kind === "update") return void commits.push(cell.update((value) => [...value, i]));
            if (kind === "batch") {
              return void commits.push(
                cell.batch([(value) => [...value, 0.5], (value) => [...value.slice(0, -1), i]]),
              );
            }
            try {
              const result = await cell.optimisticUpdate(
                async (value) => {
                  for (let step = 0; step < awaits; step++) {
                    await scheduler.schedule(Promise.resolve(), `change ${i}, step ${step}`);
                  }
                  if (kind === "throw") throw new Error(`change ${i}`);
                  return kind === "nothing" ? value : [...value, i];
                },
                { maxRetries },
              );
              if (kind === "optimistic") commits.push(result);
            } catch (error) {
              if (error instanceof OptimisticUpdateError) gaveUp++;
              else expect(error).toMatchObject({ message: `change ${i}` });
            }
          });
          await scheduler.waitFor(Promise.all(runs));

          const { value, generation } = cell.read();
          expect(commits.map((commit) => commit.generation).sort((a, b) => a - b)).toEqual(
            Array.from({ length: generation }, (_, n) => n + 1),
          );
          for (const commit of commits) expect(commit.value).toEqual(value.slice(0, commit.generation));
          expect(value).toHaveLength(generation);
          const { commits: counted, conflicts, retries } = cell.stats();
          expect({ counted, conflicts }).toEqual({ counted: generation, conflicts: retries + gaveUp });
        },
      ),
      { numRuns: 400 },
    );
  });
});
