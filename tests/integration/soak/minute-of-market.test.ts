import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { SoakReport } from "../../support/soak.ts";

const SOAK = fileURLToPath(new URL("../../support/soak.ts", import.meta.url));

/** In a process of its own, whose memory can be watched. */
async function soak(...options: readonly string[]): Promise<SoakReport> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", SOAK, ...options]);
  const report = JSON.parse(stdout) as SoakReport;
  console.log(figures(report));
  return report;
}

describe("eight tasks that read frames across awaits", () => {
  it("see whole commits through a minute of 50,000 trades a second, of which none is lost", async () => {
    const report = await soak();
    expect(report).toMatchObject({
      trades: 3_000_000,
      taken: 3_000_000,
      duplicates: 0,
      outOfOrder: 0,
      streamed: 3_000_000 - report.streamMissed,
      seenTwice: 0,
      missingInGaps: 0,
      missingElsewhere: report.streamMissed,
      torn: [],
      barsUnlike: [],
    });
    expect(report.reads).toBeGreaterThan(500);
    expect(report.commits).toBeGreaterThan(500);
    // 60 seconds, a forming one perhaps, and the larger bars, of two symbols.
    expect(report.barsCompared).toBeGreaterThanOrEqual(2 * (60 + 1 + 1));
    const [heapEarly, heapLate] = report.heapMb;
    expect(heapLate - heapEarly).toBeLessThan(8);
    const [residentEarly, residentLate] = report.residentMb;
    expect(residentLate).toBeLessThan(1.5 * residentEarly + 50);
  }, 60_000);

  it.each(["snapshot", "rwlock", "adaptive"])(
    "miss only trades of gaps that were told, when messages come twice, in disorder, and the line is cut (%s)",
    async (guard) => {
      const report = await soak("--faults", "--guard", guard);
      expect(report).toMatchObject({
        trades: 300_000,
        duplicates: 500,
        reconnects: 1,
        seenTwice: 0,
        streamMissed: 0,
        missingElsewhere: 0,
        torn: [],
        barsUnlike: [],
      });
      expect(report.outOfOrder).toBeGreaterThan(0);
      expect(report.missingInGaps).toBeGreaterThan(0);
      expect(report.taken).toBe(report.trades - report.missingInGaps);
      expect(report.streamed).toBe(report.taken);
      expect(report.barsCompared).toBeGreaterThan(0);
    },
    30_000,
  );
});

function figures(report: SoakReport): string {
  const [heapEarly, heapLate] = report.heapMb.map(Math.round);
  const [residentEarly, residentLate] = report.residentMb.map(Math.round);
  return (
    `${report.taken} of ${report.trades} trades in ${report.seconds.toFixed(1)} s, ${report.reads} reads of ` +
    `${report.commits} commits; heap ${heapEarly} MB, at the end ${heapLate}; resident ${residentEarly} MB, at the end ${residentLate}`
  );
}
