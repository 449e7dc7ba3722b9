const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Any JSON object; a field is whatever the wire wrote until it is checked. */
export type JsonObject = { readonly [key: string]: unknown };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses bytes that may be anything. `undefined` where they are not UTF-8, not JSON, or nested deeper than `maxDepth`,
 * which is looked at first so that a hostile message cannot make a parser build what nobody reads.
 */
export function parseJson(bytes: Uint8Array, maxDepth: number): unknown {
  if (nestsDeeperThan(bytes, maxDepth)) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Whether a parsed value is an object with named fields. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nestsDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) isInString = !isInString;
    else if (byte === BACKSLASH) i++;
    else if (isInString) continue;
    // Braces and brackets differ in one bit: { [ and } ].
    else if ((byte & 0xdf) === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if ((byte & 0xdf) === 0x5d) depth--;
  }
  return false;
}
