import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../../src/clock.ts";
import { TapeReader, TapeWriter } from "../../../../../src/realtime/feed/tape/index.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const path = temporaryFolder();
const bytes = (text: string) => Buffer.from(text);

describe("TapeWriter", () => {
  it("writes a line a message, with the arrival time in nanoseconds", async () => {
    const file = await path("a.txt");
    const writer = await TapeWriter.create(file);
    writer.write(Number("1723161255030.314667"), bytes('{"a":1}'));
    writer.write(1_723_161_255_031, bytes('{"b":2}'));
    writer.write(0.5, bytes("c"));
    await writer.close();
    expect(await readFile(file, "utf8")).toBe(
      // The float64 nearest to ….314667 ms is ….314697… ms: the file keeps the float to the nanosecond.
      `1723161255030314697 {"a":1}\n1723161255031000000 {"b":2}\n0500000 c\n`,
    );
    expect(writer.lines).toBe(3);
  });

  it("gives back the same times and bytes, packed or not, for any session", async () => {
    const line = fc.record({
      receivedAt: fc.double({ min: 0, max: 2 ** 41, noNaN: true }),
      message: fc
        .uint8Array({ minLength: 1, maxLength: 3_000 })
        .map((array) => array.map((byte) => (byte === 10 ? 11 : byte))),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), fc.boolean(), async (session, gzip) => {
        const file = await path(`session-${run++}`);
        const writer = await TapeWriter.create(file, { gzip, blockBytes: 1_024 });
        for (const { receivedAt, message } of session) writer.write(receivedAt, message);
        await writer.close();
        const read: { receivedAt: number; message: Buffer }[] = [];
        for await (const batch of new TapeReader(file).batches()) {
          while (batch.next())
            read.push({ receivedAt: batch.receivedAt, message: Buffer.from(batch.message) });
        }
        expect(read.map(({ message }) => message.toString("hex"))).toEqual(
          session.map(({ message }) => Buffer.from(message).toString("hex")),
        );
        read.forEach(({ receivedAt }, i) => expect(receivedAt).toBeCloseTo(session[i].receivedAt, 5));
      }),
      { numRuns: 30 },
    );
  });

  it("keeps a receive time of today through writing and reading, bit for bit", async () => {
    const file = await path("times");
    const times = fc.sample(fc.double({ min: 1.2e12, max: 2.1e12, noNaN: true }), { numRuns: 500, seed: 5 });
    const writer = await TapeWriter.create(file);
    for (const time of times) writer.write(time, bytes("x"));
    await writer.close();
    const read: number[] = [];
    for await (const batch of new TapeReader(file).batches())
      while (batch.next()) read.push(batch.receivedAt);
    expect(read).toEqual(times);
  });

  it("leaves a whole gzip file after every flush", async () => {
    const file = await path("a.gz");
    const writer = await TapeWriter.create(file, { gzip: true });
    let text = "";
    for (let n = 1; n <= 3; n++) {
      writer.write(n, bytes(`{"n":${n}}`));
      text += `${n}000000 {"n":${n}}\n`;
      await writer.flush();
      expect(gunzipSync(await readFile(file)).toString()).toBe(text);
    }
    await writer.close();
  });

  it("writes lines out after a while, even when no more come", async () => {
    const file = await path("a.txt");
    const clock = new VirtualClock();
    const writer = await TapeWriter.create(file, { flushEveryMs: 500 }, { clock });
    writer.write(1, bytes("a"));
    clock.advanceBy(500);
    writer.write(2, bytes("b"));
    await writer.close();
    expect(await readFile(file, "utf8")).toBe("1000000 a\n2000000 b\n");
    expect(writer.drops).toEqual({ empty: 0, tooLong: 0, queueFull: 0, failed: 0 });
  });

  it("does not write over a recording, unless told to", async () => {
    const file = await path("a.txt");
    await writeFile(file, "old");
    await expect(TapeWriter.create(file)).rejects.toMatchObject({
      code: "TAPE",
      message: expect.stringContaining(`cannot create tape ${file}: EEXIST`),
    });
    await (await TapeWriter.create(file, { overwrite: true })).close();
    expect(await readFile(file, "utf8")).toBe("");
  });

  it("counts what a tape cannot hold", async () => {
    const file = await path("a.txt");
    const writer = await TapeWriter.create(file);
    expect(writer.write(1, bytes(""))).toBe(false);
    expect(writer.write(1, Buffer.alloc(1_048_576, "x"))).toBe(false);
    expect(writer.write(1, Buffer.alloc(1_048_000, "x"))).toBe(true);
    await writer.close();
    expect(writer.drops).toEqual({ empty: 1, tooLong: 1, queueFull: 0, failed: 0 });
    expect(writer.lines).toBe(1);
    expect((await readFile(file)).length).toBe("1000000 ".length + 1_048_000 + 1);
  });

  it("writes a newline in a message as a space, which JSON reads the same", async () => {
    const file = await path("a.txt");
    const writer = await TapeWriter.create(file);
    writer.write(1, bytes('{\n"a":1\n}\n'));
    await writer.close();
    expect(await readFile(file, "utf8")).toBe('1000000 { "a":1 } \n');
  });

  it("asks to wait when the disk lags, and refuses lines beyond the bound", async () => {
    const writer = await TapeWriter.create(await path("a.txt"), { blockBytes: 1_024, maxQueuedBytes: 4_096 });
    const line = Buffer.alloc(900, "x");
    const taken = Array.from({ length: 10 }, (_, n) => writer.write(n, line));
    expect(taken.slice(0, 2)).toEqual([true, true]);
    expect(taken.at(-1)).toBe(false);
    expect(writer.drops.queueFull).toBeGreaterThan(0);
    expect(writer.lines + writer.drops.queueFull).toBe(10);
    await writer.drained();
    expect(writer.write(11, line)).toBe(true);
    await writer.close();
  });

  it.runIf(existsSync("/dev/full"))("says so when the disk is full, and counts what follows", async () => {
    const writer = await TapeWriter.create("/dev/full", { overwrite: true });
    writer.write(1, bytes("a"));
    await expect(writer.flush()).rejects.toMatchObject({
      code: "TAPE",
      message: expect.stringContaining("cannot write tape /dev/full: ENOSPC"),
    });
    expect(writer.failure).toBeDefined();
    expect(writer.write(2, bytes("b"))).toBe(false);
    expect(writer.drops.failed).toBe(1);
    await expect(writer.drained()).rejects.toThrow(/ENOSPC/);
    await expect(writer.close()).rejects.toThrow(/ENOSPC/);
  });

  it("takes nothing after it is closed, and closes once", async () => {
    const writer = await TapeWriter.create(await path("a.txt"));
    await Promise.all([writer.close(), writer.close()]);
    expect(() => writer.write(1, bytes("a"))).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });

  it("refuses times that are none, and options out of bounds", async () => {
    const writer = await TapeWriter.create(await path("a.txt"));
    expect(() => writer.write(NaN, bytes("a"))).toThrow(RangeError);
    expect(() => writer.write(-1, bytes("a"))).toThrow(RangeError);
    await writer.close();
    for (const options of [{ blockBytes: 10 }, { flushEveryMs: 0 }, { maxQueuedBytes: 1_024 }]) {
      await expect(TapeWriter.create(await path("b.txt"), options)).rejects.toThrow(RangeError);
    }
  });
});
