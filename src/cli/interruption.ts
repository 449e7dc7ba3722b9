import { constants } from "node:os";
import { ExitCode } from "./failure.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What ends a command before its time: a signal, or a reader of its output that went away. Commands watch {@link signal},
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
      if (error.code !== "EPIPE") throw error;
      this.#interrupt(ExitCode.good);
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
