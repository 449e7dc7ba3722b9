import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { onTestFinished } from "vitest";

/** How the program is started; its options come behind. */
export const NODE_MAIN: readonly string[] = [
  process.execPath,
  new URL("../../src/cli/main.ts", import.meta.url).pathname,
];

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `tickframe`, which does not outlive its test. */
export class CliRun {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #finished: Promise<CliResult>;
  readonly #text = { stdout: "", stderr: "" };

  constructor(args: readonly string[], [command, ...before] = NODE_MAIN) {
    this.child = spawn(command, [...before, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name].setEncoding("utf8").on("data", (text: string) => (this.#text[name] += text));
    }
    this.#finished = once(this.child, "close").then(([code]) => ({
      code: code as number | null,
      ...this.#text,
    }));
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  finished(): Promise<CliResult> {
    return this.#finished;
  }

  /** Resolves when `stream` has brought `text`; rejects when the program ends without. */
  async saw(stream: "stdout" | "stderr", text: string): Promise<void> {
    while (!this.#text[stream].includes(text)) {
      const ended = this.#finished.then(({ code, stderr }) => {
        throw new Error(`ended with ${code} before ${stream} had "${text}": ${stderr}`);
      });
      await Promise.race([once(this.child[stream], "data"), ended]);
    }
  }
}

/** Runs the program to its end. */
export function tickframe(...args: readonly string[]): Promise<CliResult> {
  return new CliRun(args).finished();
}

/** Lines of a text, its last newline left out. */
export function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
