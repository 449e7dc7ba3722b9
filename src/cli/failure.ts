/** Exit codes of the program. A signal that ended it is told as 128 and the signal's number. */
export const ExitCode = {
  good: 0,
  /** The program is wrong, or a check of `demo` failed. */
  fault: 1,
  /** What was asked for cannot be done: a wrong option, a missing file, a refused connection. */
  user: 2,
} as const;

/** What was asked for cannot be done; the message says why, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs `make`, whose options came from the command line: a value out of range is the user's error, not ours. */
export function withUserOptions<T>(make: () => T): T {
  try {
    const made = make();
    return made instanceof Promise ? (made.catch(rethrow) as T) : made;
  } catch (error) {
    rethrow(error);
  }
}

/** One line for what the user or the environment got wrong; `undefined` for an error of our own. */
export async function userMessage(error: unknown): Promise<string | undefined> {
  // Loaded already by whatever threw one; a mistyped option need not wait for it.
  const isExpected =
    error instanceof UsageError || error instanceof (await import("../index.ts")).TickframeError;
  return isExpected ? error.message.replace(/\s*\n\s*/g, " ") : undefined;
}

/** What is told of an error of our own. */
export function faultReport(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${text}\nThis is a fault of tickframe, not yours. Please report it, with the lines above.\n`;
}

function rethrow(error: unknown): never {
  if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
  throw error;
}
