import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const CHURN = fileURLToPath(new URL("../../support/frame-churn.ts", import.meta.url));

describe("FrameStore", () => {
  it("holds on to no memory of 50,000 frames that were built and dropped", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [CHURN]);
    const residentMb = stdout.trim().split("\n").map(Number);
    expect(residentMb).toHaveLength(10);
    const afterWarmUp = Math.max(...residentMb.slice(0, 4));
    const atEnd = Math.min(...residentMb.slice(-3));
    expect(atEnd, `resident MB: ${residentMb.join(" ")}`).toBeLessThan(1.15 * afterWarmUp + 10);
  });
});
