import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { systemClock, VirtualClock, type Clock } from "../../../../../src/clock.ts";
import { tape, tapeStartTime } from "../../../../../src/realtime/feed/tape/index.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { noted, TextVenue } from "./text-venue.ts";

const path = temporaryFolder();
const START_MS = 1_700_000_000_000;

/** A tape with a line each `gapMs`. */
async function tapeOf(lines: number, gapMs = 1_000, name = "tape.txt"): Promise<string> {
  const file = await path(name);
  await writeFile(
    file,
    Array.from({ length: lines }, (_, n) => `${START_MS + n * gapMs}000000 line ${n}\n`).join(""),
  );
  return file;
}

/** A clock that is no VirtualClock, so that a tape takes it for a real one. */
function handClock(hand: VirtualClock): Clock {
  return { now: () => hand.now(), setTimer: (run, delayMs) => hand.setTimer(run, delayMs) };
}

describe("tape", () => {
  it("decodes every line with its recorded receive time, then ends", async () => {
    const venue = new TextVenue();
    const { context, heard } = noted(systemClock);
    const feed = tape(await tapeOf(3), { venue }).createFeed(context);
    expect(feed.health()).toMatchObject({ state: "idle", generation: 0, lastMessageAt: undefined });
    await feed.start();
    await feed.ended;
    expect(venue.seen).toEqual(
      [0, 1, 2].map((n) => ({ text: `line ${n}`, receivedAt: START_MS + n * 1_000 })),
    );
    expect(heard).toEqual(["connected 1", "disconnected: the tape ended, retry undefined"]);
    expect(feed.health()).toEqual({
      state: "closed",
      generation: 1,
      messages: 3,
      bytes: 18,
      lastMessageAt: START_MS + 2_000,
      reconnects: 0,
      lastDisconnect: "the tape ended",
    });
  });

  it("has the venue's id, symbols and decoder, a clock of its own, and no past", () => {
    const recorded = tape("a.txt", { venue: new TextVenue() });
    expect([recorded.id, recorded.history, recorded.normalizeSymbol("x")]).toEqual(["text", undefined, "X"]);
    expect(recorded.clock).toBeInstanceOf(VirtualClock);
  });

  it("has moved a virtual clock to the first line when it has started", async () => {
    const recorded = tape(await tapeOf(3), { venue: new TextVenue() });
    const { context } = noted(recorded.clock!);
    const feed = recorded.createFeed(context);
    await feed.start();
    expect(recorded.clock!.now()).toBe(START_MS);
    await feed.ended;
    expect(recorded.clock!.now()).toBe(START_MS + 2_000);
  });

  it("keeps real distances with a virtual clock too, where a speed is given", async () => {
    const { context } = noted(new VirtualClock());
    const feed = tape(await tapeOf(2), { venue: new TextVenue(), speed: 50 }).createFeed(context);
    const startedAt = performance.now();
    await feed.start();
    await feed.ended;
    expect(performance.now() - startedAt).toBeGreaterThan(15);
  });

  it("moves a virtual clock to each line before it is decoded, with the timers in between", async () => {
    const venue = new TextVenue();
    const clock = new VirtualClock(START_MS);
    const events: string[] = [];
    clock.setTimer(() => events.push("timer"), 1_500);
    venue.onMessage = (text) => events.push(`${text} at ${clock.now() - START_MS}`);
    const { context } = noted(clock);
    const feed = tape(await tapeOf(3), { venue }).createFeed(context);
    await feed.start();
    await feed.ended;
    expect(events).toEqual(["line 0 at 0", "line 1 at 1000", "timer", "line 2 at 2000"]);
  });

  it("keeps the recorded distances on a real clock, divided by the speed", async () => {
    const venue = new TextVenue();
    const hand = new VirtualClock(50);
    const { context } = noted(handClock(hand));
    const feed = tape(await tapeOf(3), { venue, speed: 10 }).createFeed(context);
    const at: number[] = [];
    const seen = new Promise<void>((resolve) => {
      venue.onMessage = () => {
        at.push(hand.now());
        if (at.length === 3) resolve();
      };
    });
    await feed.start();
    const ticking = setInterval(() => hand.advanceBy(10), 0);
    await seen;
    clearInterval(ticking);
    await feed.ended;
    const [first, second, third] = at;
    expect(second - first).toBeGreaterThanOrEqual(100);
    expect(third - first).toBeGreaterThanOrEqual(200);
    // The hand may move on once more before a line that is due gets its turn, never by a whole distance.
    expect(third - first).toBeLessThan(300);
  });

  it("gives everyone else a turn at least every 256 lines, and waits for whoever asks it to", async () => {
    const venue = new TextVenue();
    const atBurst: number[] = [];
    const { context } = noted(new VirtualClock(), async () => {
      atBurst.push(venue.seen.length);
      const before = venue.seen.length;
      await new Promise((resolve) => setImmediate(resolve));
      expect(venue.seen.length).toBe(before);
    });
    const feed = tape(await tapeOf(1_000, 1), { venue }).createFeed(context);
    await feed.start();
    await feed.ended;
    expect(atBurst).toEqual([256, 512, 768, 1_000]);
  });

  it("stops in the middle when it is closed", async () => {
    const venue = new TextVenue();
    const { context, heard } = noted(systemClock);
    const feed = tape(await tapeOf(100_000, 1), { venue }).createFeed(context);
    const reached = new Promise<void>(
      (resolve) => (venue.onMessage = (text) => text === "line 500" && resolve()),
    );
    await feed.start();
    await reached;
    await feed.close();
    const seen = venue.seen.length;
    expect(seen).toBeLessThan(10_000);
    expect(heard.at(-1)).toBe("disconnected: closed, retry undefined");
    expect(feed.health().state).toBe("closed");
    await feed.close();
    expect(venue.seen.length).toBe(seen);
  });

  it("stops at once when it is closed while it waits for a line's time", async () => {
    const venue = new TextVenue();
    const { context } = noted(systemClock);
    const feed = tape(await tapeOf(2, 3_600_000), { venue, speed: 1 }).createFeed(context);
    const first = new Promise<void>((resolve) => (venue.onMessage = () => resolve()));
    await feed.start();
    await first;
    await feed.close();
    expect(venue.seen).toHaveLength(1);
  });

  it("rejects its end with the fault of the tape, after everything before it", async () => {
    const file = await path("bad.txt");
    await writeFile(file, "1000000 a\n2000000 b\nbroken\n3000000 c\n");
    const venue = new TextVenue();
    const { context, heard } = noted(systemClock);
    const feed = tape(file, { venue }).createFeed(context);
    await feed.start();
    await expect(feed.ended).rejects.toMatchObject({
      code: "TAPE",
      message: expect.stringContaining("line 3"),
    });
    expect(venue.seen.map(({ text }) => text)).toEqual(["a", "b"]);
    expect(heard.at(-1)).toMatch(/^disconnected: .*line 3/);
  });

  it("does not start without its file", async () => {
    const { context } = noted(systemClock);
    const feed = tape(await path("missing"), { venue: new TextVenue() }).createFeed(context);
    await expect(feed.start()).rejects.toMatchObject({ code: "TAPE" });
    await expect(feed.ended).rejects.toMatchObject({ code: "TAPE" });
    await expect(feed.start()).rejects.toMatchObject({ code: "ALREADY_STARTED" });
    await feed.close();
  });

  it("goes on when a decoder or a listener throws, and tells", async () => {
    const venue = new TextVenue();
    venue.onMessage = (text) => {
      if (text === "line 1") throw new Error("decoder broke");
    };
    const { context, heard } = noted(systemClock, () => {
      throw new Error("listener broke");
    });
    const feed = tape(await tapeOf(3), { venue }).createFeed(context);
    await feed.start();
    await feed.ended;
    expect(venue.seen.map(({ text }) => text)).toEqual(["line 0", "line 2"]);
    expect(heard).toContain("error: decoder broke");
    expect(heard).toContain("error: listener broke");
  });

  it("does not start for a signal that was aborted", async () => {
    const { context } = noted(systemClock);
    const feed = tape(await tapeOf(3), { venue: new TextVenue() }).createFeed(context);
    await expect(feed.start(AbortSignal.abort(new Error("no more")))).rejects.toThrow("no more");
  });

  it("refuses a speed that is not above 0", () => {
    expect(() => tape("a", { venue: new TextVenue(), speed: 0 })).toThrow(
      new RangeError("speed must be above 0, was 0"),
    );
  });
});

describe("tapeStartTime", () => {
  it("is the first line's arrival time, and undefined for a tape without lines", async () => {
    const empty = await path("empty.txt");
    await writeFile(empty, "");
    expect(await tapeStartTime([empty, await tapeOf(2)])).toBe(START_MS);
    expect(await tapeStartTime(empty)).toBeUndefined();
  });

  it("rejects with the fault of a first line that cannot be read", async () => {
    const file = await path("bad.txt");
    await writeFile(file, "nonsense\n");
    await expect(tapeStartTime(file)).rejects.toMatchObject({ code: "TAPE" });
  });
});
