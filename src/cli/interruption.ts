import { constants } from "node:os";
import { ExitCode } from "./failure.ts";
import { tell } from "./output.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What ends a command before its time: a signal, or output that nobody takes any more. Commands watch {@link signal},
 * close what they opened, and return. A second signal ends the process at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How the process is to end; `undefined` when nothing interrupted it. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  listenToProcess(): void {
    for (const name of SIGNALS) {
      process.on(name, () => {
        const code = 128 + constants.signals[name];
        if (this.signal.aborted) process.exit(code);
        this.#interrupt(code);
      });
    }
    // `tickframe … | head`: whoever read the output has what they wanted.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return this.#interrupt(ExitCode.good);
      if (!this.signal.aborted) tell(`error: cannot write to standard output: ${error.message}`);
      this.#interrupt(ExitCode.user);
      // The error may come when the command is over already.
      process.exitCode = ExitCode.user;
    });
    process.stderr.on("error", () => {});
  }

  #interrupt(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#controller.abort();
  }
}

/** Resolves when `signal` aborts. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
