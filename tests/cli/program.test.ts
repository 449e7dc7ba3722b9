import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { linesOf, tickframe } from "./run-cli.ts";

const COMMANDS = ["bars", "replay", "record", "live", "demo", "locks"];

describe("tickframe", () => {
  it("says its version, as the package has it", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await tickframe("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("names its commands in the help", async () => {
    const { code, stdout, stderr } = await tickframe("--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  it.each(COMMANDS)("shows an example in the help of %s", async (command) => {
    const { code, stdout } = await tickframe(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example:\n  tickframe ${command} `));
  });

  it("without a command shows the help as an error", async () => {
    const { code, stdout, stderr } = await tickframe();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: tickframe/);
  });

  it.each([
    [["foo"], "error: unknown command 'foo'"],
    [["bars", "x.txt"], "error: required option '--venue <id>' not specified"],
    [["bars", "--venue", "binance"], "error: missing required argument 'tape'"],
    [["bars", "x.txt", "--venue", "binance", "--formt"], "unknown option '--formt' (Did you mean --format?)"],
    [["bars", "x.txt", "--venue", "binance", "--symbols", "A,,B"], "--symbols <names>"],
    [["replay", "x.txt", "--venue", "binance", "--speed", "0"], 'write a number above 0, or "max".'],
    [
      ["live", "--venue", "binance", "--symbols", "A", "--seconds", "-1"],
      "write a number of seconds above 0",
    ],
    [["demo", "--port", "70000"], "write a whole number from 0 to 65535."],
    [["demo", "--rate", "1e3"], "write a whole number from 1 to 500000."],
  ])("tells what is wrong with %j in one line", async (args, text) => {
    const { code, stdout, stderr } = await tickframe(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(text);
  });
});
