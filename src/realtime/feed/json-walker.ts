const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Arrays within arrays deeper than this are not walked over. */
const MAX_ARRAY_DEPTH = 3;

/** 1 for bytes that stand for themselves inside a JSON string: printable ASCII but quote and backslash. */
const IS_PLAIN = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) IS_PLAIN[byte] = 1;
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[0x5c] = 0;

const TRUE = asciiBytes("true");
const FALSE = asciiBytes("false");
const NULL = asciiBytes("null");

/** What a walker found at a key. */
export const JsonKind = {
  absent: 0,
  /** A string of printable ASCII without escapes; the span excludes the quotes. */
  string: 1,
  /** An integer: an optional minus, digits without a leading zero, no fraction, no exponent. */
  integer: 2,
  true: 3,
  false: 4,
  null: 5,
  /** An array of such values and arrays of them. */
  array: 6,
} as const;

const KIND_BITS = 3;
const KIND_MASK = 7;
/** Walks before the stamps start over, so that a stamp stays a small integer. */
const MAX_WALKS = 1 << 26;
/** Where the values of keys of two letters go: no key of one letter is the byte 0. */
const UNREAD = 0;

/**
 * Walks one flat JSON object in place and notes where the value of each one-letter key lies, in whatever order the
 * keys come; of a key that comes twice the last counts, as in `JSON.parse`. It takes only what it fully understands
 * and refuses everything else, valid JSON included: space between tokens, escapes, bytes beyond ASCII, fractions,
 * nested objects, keys of more than two letters. What it takes is valid JSON. Walking allocates nothing.
 */
export class JsonWalker {
  readonly #starts = new Int32Array(128);
  readonly #ends = new Int32Array(128);
  /** A kind and the number of the walk that saw it, so that a walk need not clear what the one before found. */
  readonly #stamps = new Int32Array(128);
  #walk = 0;

  /**
   * Walks the object whose first key starts at `at`, one past its brace. Returns the position after its closing
   * brace, or -1 where it is empty or not understood. Never reads at or beyond `end`.
   */
  walk(bytes: Uint8Array, at: number, end: number): number {
    const starts = this.#starts;
    const ends = this.#ends;
    const stamps = this.#stamps;
    const stamp = this.#nextWalk() << KIND_BITS;
    let i = at;
    for (;;) {
      // The shortest pair and the brace after it, `"a":1}`, take six bytes.
      if (i + 5 >= end || bytes[i] !== QUOTE) return -1;
      let key: number = bytes[i + 1];
      if (IS_PLAIN[key] === 0) return -1;
      if (bytes[i + 2] === QUOTE) {
        i += 3;
      } else {
        if (IS_PLAIN[bytes[i + 2]] === 0 || bytes[i + 3] !== QUOTE) return -1;
        key = UNREAD;
        i += 4;
      }
      if (bytes[i++] !== COLON) return -1;

      const first = bytes[i];
      let kind: number;
      if (first === QUOTE) {
        kind = JsonKind.string;
        starts[key] = ++i;
        i = stringEnd(bytes, i, end);
        if (i < 0) return -1;
        ends[key] = i++;
      } else {
        starts[key] = i;
        if (first - ZERO >>> 0 <= 9 || first === MINUS) {
          kind = JsonKind.integer;
          i = skipInteger(bytes, i, end);
        } else if (first === OPEN_BRACKET) {
          kind = JsonKind.array;
          i = skipArray(bytes, i, end, MAX_ARRAY_DEPTH);
        } else {
          kind = literalKind(bytes, i, end);
          i = kind === JsonKind.absent ? -1 : i + literalLength(kind);
        }
        if (i < 0) return -1;
        ends[key] = i;
      }
      stamps[key] = stamp | kind;

      if (i >= end) return -1;
      const next = bytes[i++];
      if (next === COMMA) continue;
      return next === CLOSE_BRACE ? i : -1;
    }
  }

  /** A {@link JsonKind}, of the newest walk. `key` is the character code of the letter. */
  kind(key: number): number {
    const stamp = this.#stamps[key];
    return stamp >> KIND_BITS === this.#walk ? stamp & KIND_MASK : JsonKind.absent;
  }

  /** First byte of the value; only valid where {@link kind} says it is there. */
  start(key: number): number {
    return this.#starts[key];
  }

  /** First byte after the value. */
  end(key: number): number {
    return this.#ends[key];
  }

  #nextWalk(): number {
    if (this.#walk >= MAX_WALKS) {
      this.#stamps.fill(0);
      this.#walk = 0;
    }
    return ++this.#walk;
  }
}

/**
 * Position of the quote that ends the string whose first character is at `at`, or -1 where there is none before `end` or
 * the string holds an escape, a control character or a byte beyond ASCII.
 */
export function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && IS_PLAIN[bytes[i]] === 1) i++;
  return i < end && bytes[i] === QUOTE ? i : -1;
}

/** Whether the bytes from `start` to `end` are exactly those of `text`. */
export function equalsBytes(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[start + i] !== text[i]) return false;
  }
  return true;
}

export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Position after the integer at `at`, or -1 where there is none or it is followed by a fraction or an exponent. */
function skipInteger(bytes: Uint8Array, at: number, end: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at;
  const first = i;
  while (i < end && bytes[i] - ZERO >>> 0 <= 9) i++;
  if (i === first || i >= end) return -1;
  return bytes[first] === ZERO && i > first + 1 ? -1 : i;
}

function literalKind(bytes: Uint8Array, at: number, end: number): number {
  if (startsWith(bytes, at, end, TRUE)) return JsonKind.true;
  if (startsWith(bytes, at, end, FALSE)) return JsonKind.false;
  return startsWith(bytes, at, end, NULL) ? JsonKind.null : JsonKind.absent;
}

function literalLength(kind: number): number {
  return kind === JsonKind.false ? FALSE.length : TRUE.length;
}

/** Whether `text` lies at `at`, before `end`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  return at + text.length <= end && equalsBytes(bytes, at, at + text.length, text);
}

/** Position after the array at `at`, or -1 where it holds anything but strings, integers, literals and arrays. */
function skipArray(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (depth === 0) return -1;
  let i = at + 1;
  if (i < end && bytes[i] === CLOSE_BRACKET) return i + 1;
  for (;;) {
    if (i >= end) return -1;
    const first = bytes[i];
    if (first === QUOTE) {
      i = stringEnd(bytes, i + 1, end) + 1;
      if (i === 0) return -1;
    } else if (first === OPEN_BRACKET) {
      i = skipArray(bytes, i, end, depth - 1);
    } else if (first - ZERO >>> 0 <= 9 || first === MINUS) {
      i = skipInteger(bytes, i, end);
    } else {
      const kind = literalKind(bytes, i, end);
      i = kind === JsonKind.absent ? -1 : i + literalLength(kind);
    }
    if (i < 0 || i >= end) return -1;
    const next = bytes[i++];
    if (next === COMMA) continue;
    return next === CLOSE_BRACKET ? i : -1;
  }
}
