import { describe, expect, it, onTestFinished } from "vitest";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { LockProfiler, serveMetrics, type MetricsServer } from "../../src/profiling/index.ts";
import { CliRun, linesOf, tickframe } from "./run-cli.ts";

async function served(): Promise<{ lock: AsyncRWLock; server: MetricsServer }> {
  const profiler = new LockProfiler();
  const lock = new AsyncRWLock({ name: "frames", observer: profiler });
  const server = await serveMetrics(profiler);
  onTestFinished(() => server.close());
  return { lock, server };
}

describe("tickframe locks watch", () => {
  it("shows lines without a terminal, as the locks change, until an interrupt", async () => {
    const { lock, server } = await served();
    const run = new CliRun(["locks", "watch", server.url, "--every", "0.05"]);
    await run.saw("stdout", "no lock was acquired");
    const guard = await lock.acquireWrite();
    await run.saw("stdout", "frames write");
    const waiting = lock.acquireRead();
    await run.saw("stdout", "1 inside  1 in queue");
    guard.release();
    (await waiting).release();
    await run.saw("stdout", "100 % waited");
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.finished();
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    // No cursor is moved where there is no terminal.
    expect(stdout).not.toContain("\u001b");
    for (const line of linesOf(stdout)) {
      expect(line).toMatch(/^\d\d:\d\d:\d\d  (no lock was acquired|frames (read|write)  [\d,]+ acquired\/s  [\d.]+ % waited \S.*  [01] inside  [01] in queue)$/); // prettier-ignore
    }
  });

  it("ends in one line when the process has gone", async () => {
    const { server } = await served();
    const run = new CliRun(["locks", "watch", server.url, "--every", "0.05"]);
    await run.saw("stdout", "no lock was acquired");
    await server.close();
    const { code, stderr } = await run.finished();
    expect(code).toBe(2);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(`error: cannot reach ${server.url}/profile.json: `);
  });

  it("wants an address", async () => {
    const { code, stdout, stderr } = await tickframe("locks", "watch", "profile.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe('error: "profile.json" is no address: watch needs one, as http://127.0.0.1:9464\n');
  });

  it.each(["trace", "watch"])("shows an example in the help of %s", async (command) => {
    const { code, stdout } = await tickframe("locks", command, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example:\n  tickframe locks ${command} `));
  });
});
