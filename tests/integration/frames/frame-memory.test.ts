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
    // Until the first major collections there is nothing to see; from then on a leak of 4 KB a frame would show.
    const [atSixTenths, ...after] = residentMb.slice(5);
    expect(Math.min(...after.slice(-2)), `resident MB: ${residentMb.join(" ")}`).toBeLessThan(
      1.1 * atSixTenths + 20,
    );
  });
});
