const MAX_CHARS = 200;

/** What a venue said, fit for an error message: on one line, without control characters, at most 200 characters. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\p{C}+/gu, " ").trim();
  return line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS)}…` : line;
}
