import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../../src/clock.ts";
import { recording, recordTo, tape, TapeWriter } from "../../../../../src/realtime/feed/tape/index.ts";
import { WireField } from "../../../../../src/realtime/feed/wire-record.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { noted, TextVenue } from "./text-venue.ts";

const path = temporaryFolder();

describe("recordTo", () => {
  it("writes each raw message with its receive time before it is decoded", async () => {
    const venue = new TextVenue();
    const writer = await TapeWriter.create(await path("a.txt"));
    const linesAtDecode: number[] = [];
    venue.onMessage = () => linesAtDecode.push(writer.lines);
    const decoder = recordTo(writer, venue.createDecoder());
    decoder.record.fields[WireField.receivedAt] = 7;
    decoder.decode(Buffer.from("one"));
    await writer.close();
    expect(linesAtDecode).toEqual([1]);
    expect(venue.seen).toEqual([{ text: "one", receivedAt: 7 }]);
    expect(await readFile(writer.file, "utf8")).toBe("7000000 one\n");
  });
});

describe("recording", () => {
  it("records what the venue's feeds receive, and changes nothing else of the venue", async () => {
    const venue = new TextVenue();
    const writer = await TapeWriter.create(await path("a.txt"));
    const recorded = recording(venue, writer);
    await recorded.createFeed(noted(systemClock).context).start();
    await writer.close();
    expect([recorded.id, recorded.history, recorded.normalizeSymbol("x")]).toEqual(["text", undefined, "X"]);
    expect(await readFile(writer.file, "utf8")).toBe("5000000 live\n");
    expect(venue.seen).toEqual([{ text: "live", receivedAt: 5 }]);
  });

  it("makes the same tape again from a tape", async () => {
    const first = await TapeWriter.create(await path("first"), { gzip: true });
    for (let n = 1; n <= 1_000; n++) first.write(n * 1.5, Buffer.from(`message ${n}`));
    await first.close();
    const second = await TapeWriter.create(await path("second"));
    const venue = new TextVenue();
    const played = tape(first.file, { venue });
    const recorded = recording(played, second);
    expect(recorded.clock).toBe(played.clock);
    const feed = recorded.createFeed(noted(systemClock).context);
    await feed.start();
    await feed.ended;
    await second.close();
    const lines = (await readFile(second.file, "utf8")).split("\n");
    expect(lines.slice(0, 2)).toEqual(["1500000 message 1", "3000000 message 2"]);
    expect(lines).toHaveLength(1_001);
    expect(venue.seen).toHaveLength(1_000);
  });
});
