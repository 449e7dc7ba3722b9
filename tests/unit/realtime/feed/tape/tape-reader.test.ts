import { truncate, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { TapeError } from "../../../../../src/errors.ts";
import { TapeReader } from "../../../../../src/realtime/feed/tape/index.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const path = temporaryFolder();

interface Line {
  readonly ns: bigint;
  readonly receivedAt: number;
  readonly message: string;
}

/** Everything the reader delivered, and the error that ended it. */
async function readAll(files: string | readonly string[]): Promise<{ lines: Line[]; error: unknown }> {
  const lines: Line[] = [];
  try {
    for await (const batch of new TapeReader(files).batches()) {
      while (batch.next()) {
        lines.push({ ns: batch.arrivalNs, receivedAt: batch.receivedAt, message: batch.message.toString() });
      }
    }
  } catch (error) {
    return { lines, error };
  }
  return { lines, error: undefined };
}

async function fileOf(content: string | Buffer, name = "session.txt"): Promise<string> {
  const file = await path(name);
  await writeFile(file, content);
  return file;
}

const numbered = (count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, i) => `${1_700_000_000_000_000_000n + BigInt(from + i)} {"n":${from + i}}\n`,
  ).join("");

describe("TapeReader", () => {
  it("keeps the arrival time to the nanosecond and gives the nearest float of milliseconds", async () => {
    const { lines } = await readAll(await fileOf('1723161255030314667 {"a":1}\n'));
    expect(lines).toEqual([
      { ns: 1_723_161_255_030_314_667n, receivedAt: Number("1723161255030.314667"), message: '{"a":1}' },
    ]);
  });

  it("reads arrival times shorter than a millisecond", async () => {
    const { lines } = await readAll(await fileOf("7 a\n12345678 b\n"));
    expect(lines.map(({ receivedAt }) => receivedAt)).toEqual([0.000007, 12.345678]);
  });

  it("tells gzip by the content, whatever the name", async () => {
    const { lines, error } = await readAll(await fileOf(gzipSync(numbered(3)), "session.txt"));
    expect(error).toBeUndefined();
    expect(lines.map(({ message }) => message)).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
  });

  it("reads several files, packed or not, as one session", async () => {
    const files = [
      await fileOf(numbered(2), "a"),
      await fileOf(gzipSync(numbered(2, 2)), "b"),
      await fileOf("", "c"),
      await fileOf(numbered(1, 4), "d"),
    ];
    const { lines } = await readAll(files);
    expect(lines.map(({ message }) => message)).toEqual([0, 1, 2, 3, 4].map((n) => `{"n":${n}}`));
  });

  it("puts lines together that lie across pieces of the file", async () => {
    const long = "x".repeat(300_000);
    const { lines, error } = await readAll(await fileOf(`1000000 ${long}\n2000000 b\n3000000 ${long}y\n`));
    expect(error).toBeUndefined();
    expect(lines.map(({ message }) => message.length)).toEqual([300_000, 1, 300_001]);
  });

  it("delivers a last line without a newline when it is whole", async () => {
    const { lines, error } = await readAll(await fileOf("1000000 a\n2000000 b"));
    expect(error).toBeUndefined();
    expect(lines.map(({ message }) => message)).toEqual(["a", "b"]);
  });

  it.each([
    ["an arrival time that is no number", "1000000 a\n12x b\n3000000 c\n", 2],
    ["no message", "1000000 a\n2000000 \n", 2],
    ["no space", "1000000 a\n2000000 b\n3000000\n", 3],
    ["an arrival time of more than 19 digits", "1000000 a\n12345678901234567890 b\n", 2],
    ["a last line that was cut", "1000000 a\n20000", 2],
  ])("names file and line of %s, after everything before it", async (_, content, line) => {
    const file = await fileOf(content);
    const { lines, error } = await readAll(file);
    expect(lines).toHaveLength(line - 1);
    expect(error).toBeInstanceOf(TapeError);
    expect((error as Error).message).toBe(`${file} line ${line} is not "<arrival time in ns> <message>"`);
  });

  it("refuses a line above 1 MiB, also one that never ends, after everything before it", async () => {
    for (const end of ["\n2000000 b\n", ""]) {
      const file = await fileOf(`1000000 a\n1000000 ${"x".repeat(1_100_000)}${end}`);
      const { lines, error } = await readAll(file);
      expect(lines).toHaveLength(1);
      expect((error as Error).message).toBe(`${file} line 2 is longer than 1048576 bytes`);
    }
  });

  it("delivers what a cut gzip still holds, then names the line it got to", async () => {
    const file = await fileOf(gzipSync(numbered(50_000)));
    await truncate(file, 60_000);
    const { lines, error } = await readAll(file);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.map(({ message }) => message)).toEqual(lines.map((_, n) => `{"n":${n}}`));
    expect(error).toBeInstanceOf(TapeError);
    expect((error as Error).message).toBe(
      `tape ${file} is cut short or damaged: unexpected end of file (after line ${lines.length})`,
    );
  });

  it("delivers what lies before damaged bytes of a gzip", async () => {
    const packed = gzipSync(numbered(50_000));
    packed.fill(0xff, 100_000, 100_100);
    const { lines, error } = await readAll(await fileOf(packed));
    expect(lines.length).toBeGreaterThan(1_000);
    expect(error).toBeInstanceOf(TapeError);
  });

  it("reads on in a gzip of many members, wherever the pieces of the file divide them", async () => {
    // Stored, not compressed: 18 bytes around the text and 5 in front of it, so members end where they are wanted.
    const memberOf = (bytes: number, n: number) => {
      const message = "x".repeat(bytes - 23 - `${n} \n`.length);
      return gzipSync(`${n} ${message}\n`, { level: 0 });
    };
    for (const shift of [-19, -10, -9, -8, -1, 0, 1, 5, 10, 17]) {
      const members = [
        memberOf(32_768 + shift, 1_000_000),
        memberOf(32_768, 2_000_000),
        gzipSync("3000000 c\n"),
      ];
      expect(members[0].length).toBe(32_768 + shift);
      const { lines, error } = await readAll(await fileOf(Buffer.concat(members)));
      expect(error).toBeUndefined();
      expect(lines.map(({ ns }) => ns)).toEqual([1_000_000n, 2_000_000n, 3_000_000n]);
    }
  });

  it("takes zeros behind a gzip for padding, and anything else there for damage", async () => {
    const packed = gzipSync(numbered(3));
    for (const zeros of [1, 10, 32_768, 100_000]) {
      const { lines, error } = await readAll(await fileOf(Buffer.concat([packed, Buffer.alloc(zeros)])));
      expect([lines.length, error]).toEqual([3, undefined]);
      const more = Buffer.concat([packed, Buffer.alloc(zeros), gzipSync(numbered(1))]);
      const behind = await readAll(await fileOf(more));
      expect(behind.lines).toHaveLength(3);
      expect((behind.error as Error).message).toMatch(/more bytes behind its end \(after line 3\)$/);
    }
  });

  it("names a file that is missing, and one that is a folder", async () => {
    const missing = await path("missing.txt");
    expect((await readAll(missing)).error).toMatchObject({
      code: "TAPE",
      message: expect.stringContaining(`cannot open tape ${missing}: ENOENT`),
    });
    expect((await readAll(await path("."))).error).toMatchObject({ code: "TAPE" });
  });

  it("finds a fault behind lines that the reader of a batch left", async () => {
    const reader = new TapeReader(await fileOf("1000000 a\n2000000 b\nbad\n"));
    const batches = reader.batches();
    await batches.next();
    await expect(batches.next()).rejects.toThrow(/line 3 is not/);
  });

  it("needs a file", () => {
    expect(() => new TapeReader([])).toThrow(new RangeError("a tape needs at least one file, got 0"));
  });
});
