/** Writes text to standard output; resolves when it is taken, so that a slow reader slows the writer and loses nothing. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    // A failed write is told by the stream's error event.
    process.stdout.write(text, () => resolve());
  });
}

/** Writes a value as one line of JSON. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** Tells the user something that is no result. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
