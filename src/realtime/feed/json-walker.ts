import { readDecimal, readInteger } from "./json-number.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const ZERO = 0x30;

/** `"?":` as a little-endian word, and the bits of it that are not the key. */
const KEY_FRAME = 0x3a220022;
const KEY_FRAME_BITS = 0xffff00ff | 0;
const WORD_TRUE = 0x65757274;
const WORD_FALS = 0x736c6166;
const WORD_NULL = 0x6c6c756e;
const LOWER_E = 0x65;

/** Longest message that is walked, in bytes: a depth update of some 2,000 levels. */
const MAX_MESSAGE_BYTES = 65_536;
/** Zero bytes behind a message. They are no part of any token, so that no loop needs to look for the end. */
const SENTINEL_BYTES = 16;
/** Arrays within arrays deeper than this are not walked over. */
const MAX_ARRAY_DEPTH = 3;

/** 1 for bytes that stand for themselves inside a JSON string: printable ASCII but quote and backslash. */
const IS_PLAIN = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) IS_PLAIN[byte] = 1;
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[0x5c] = 0;

/** What a walker found at a key. */
export const JsonKind = {
  absent: 0,
  /** A string of printable ASCII without escapes; the span excludes the quotes. */
  string: 1,
  /** An integer from 0 to 10^15 - 1, without a fraction or an exponent. */
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

/** Integers kept per key, and where they lie after the stamp. */
const SLOTS = 4;
const START = 1;
const END = 2;
const DECIMALS = 3;
/** Where the values of keys of two letters go: no key of one letter is the byte 0. */
const UNREAD = 0;

/**
 * Walks one flat JSON object in place and notes where the value of each one-letter key lies, in whatever order the
 * keys come; of a key that comes twice the last counts, as in `JSON.parse`. It takes only what it fully understands
 * and refuses everything else, valid JSON included: space between tokens, escapes, bytes beyond ASCII, negative numbers,
 * fractions, nested objects, keys of more than two letters. What it takes is valid JSON.
 *
 * A message is copied into the walker's own bytes first: reading words of it, and reading past its end, is what makes the
 * walk fast, and only own bytes allow that. Walking allocates nothing.
 */
export class JsonWalker {
  /** The newest message, with zero bytes behind it. Positions and spans refer to it. */
  readonly bytes = new Uint8Array(MAX_MESSAGE_BYTES + SENTINEL_BYTES);
  readonly #view = new DataView(this.bytes.buffer);
  /**
   * Per key its stamp, the start and the end of its value, and the decimals of a decimal string. A stamp is a kind and the
   * number of the walk that saw it, so that a walk need not clear what the one before found.
   */
  readonly #found = new Int32Array(SLOTS * 128);
  /** Per key its number, where the value is an integer or a decimal string. */
  readonly #values = new Float64Array(128);
  #walk = 0;

  /** Takes a message in; false where it is too long to be walked. */
  load(message: Uint8Array): boolean {
    const length = message.length;
    if (length > MAX_MESSAGE_BYTES) return false;
    this.bytes.set(message);
    for (let i = 0; i < SENTINEL_BYTES; i += 4) this.#view.setInt32(length + i, 0);
    return true;
  }

  /**
   * Walks the object whose first key starts at `at`, one past its brace. Returns the position after its closing brace, or
   * -1 where it is empty or not understood.
   */
  walk(at: number): number {
    const bytes = this.bytes;
    const view = this.#view;
    const found = this.#found;
    const values = this.#values;
    const stamp = this.#nextWalk() << KIND_BITS;
    let i = at;
    for (;;) {
      const frame = view.getInt32(i, true);
      let key = (frame >>> 8) & 0xff;
      if (IS_PLAIN[key] === 0) return -1;
      if ((frame & KEY_FRAME_BITS) === KEY_FRAME) {
        i += 4;
      } else {
        if (bytes[i] !== QUOTE || IS_PLAIN[bytes[i + 2]] === 0) return -1;
        if (bytes[i + 3] !== QUOTE || bytes[i + 4] !== COLON) return -1;
        key = UNREAD;
        i += 5;
      }

      const slot = key * SLOTS;
      const first = bytes[i];
      if (first === QUOTE) {
        found[slot] = stamp | JsonKind.string;
        found[slot + START] = ++i;
        if ((bytes[i] ^ ZERO) <= 9) i = readDecimal(bytes, i, values, key, found, slot + DECIMALS);
        else found[slot + DECIMALS] = -1;
        while (IS_PLAIN[bytes[i]] === 1) i++;
        if (bytes[i] !== QUOTE) return -1;
        found[slot + END] = i++;
      } else if ((first ^ ZERO) <= 9) {
        found[slot] = stamp | JsonKind.integer;
        i = readInteger(bytes, i, values, key);
        if (i < 0) return -1;
      } else if (first === OPEN_BRACKET) {
        found[slot] = stamp | JsonKind.array;
        i = skipArray(bytes, view, i, MAX_ARRAY_DEPTH);
        if (i < 0) return -1;
      } else {
        const kind = literalAt(view, i);
        if (kind === JsonKind.absent) return -1;
        found[slot] = stamp | kind;
        i += kind === JsonKind.false ? 5 : 4;
      }

      const next = bytes[i++];
      if (next === COMMA) continue;
      return next === CLOSE_BRACE ? i : -1;
    }
  }

  /** Position of the quote that ends the plain string whose first character is at `at`, or -1 where it is not plain. */
  stringEnd(at: number): number {
    const bytes = this.bytes;
    const view = this.#view;
    let i = at;
    while (isPlainWord(view.getInt32(i, true))) i += 4;
    while (IS_PLAIN[bytes[i]] === 1) i++;
    return bytes[i] === QUOTE ? i : -1;
  }

  /** Whether `text` lies at `at`. */
  hasBytes({ words, length }: AsciiText, at: number): boolean {
    const view = this.#view;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) {
      if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
    }
    return view.getInt32(at + length - 4, true) === words[last];
  }

  /** A {@link JsonKind}, of the newest walk. `key` is the character code of the letter. */
  kind(key: number): number {
    const stamp = this.#found[key * SLOTS];
    return stamp >> KIND_BITS === this.#walk ? stamp & KIND_MASK : JsonKind.absent;
  }

  /** First byte of a string; only valid where {@link kind} says that the value is one. */
  start(key: number): number {
    return this.#found[key * SLOTS + START];
  }

  /** The quote after a string. */
  end(key: number): number {
    return this.#found[key * SLOTS + END];
  }

  /** Whether the value is this string. */
  isString(key: number, text: AsciiText): boolean {
    if (this.kind(key) !== JsonKind.string) return false;
    const start = this.start(key);
    return this.end(key) - start === text.length && this.hasBytes(text, start);
  }

  /** Writes the integer to `fields[at]`, where a returned float64 might be boxed. False where there is none. */
  copyInteger(key: number, fields: Float64Array, at: number): boolean {
    if (this.kind(key) !== JsonKind.integer) return false;
    fields[at] = this.#values[key];
    return true;
  }

  /**
   * Writes the number that a string holds, as `"0.0250"`, to `fields[at]`. Returns how many decimals it has, trailing zeros
   * not counted, or -1 where the value is no string, or not a plain decimal of at most 15 digits.
   */
  copyDecimal(key: number, fields: Float64Array, at: number): number {
    if (this.kind(key) !== JsonKind.string) return -1;
    fields[at] = this.#values[key];
    return this.#found[key * SLOTS + DECIMALS];
  }

  /** The text of a string. Makes a string, so it is not for the tick path. */
  text(key: number): string {
    const start = this.start(key);
    return Buffer.from(this.bytes.buffer, start, this.end(key) - start).toString("latin1");
  }

  #nextWalk(): number {
    if (this.#walk >= MAX_WALKS) {
      this.#found.fill(0);
      this.#walk = 0;
    }
    return ++this.#walk;
  }
}

export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** ASCII text of at least four bytes as the 32-bit words that cover it; the last one may overlap the one before. */
export interface AsciiText {
  readonly length: number;
  readonly words: Int32Array;
}

/** @throws RangeError when `text` is shorter than a word. */
export function asciiText(text: string): AsciiText {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 4) throw new RangeError(`text must have at least 4 bytes, was "${text}"`);
  const count = Math.ceil(bytes.length / 4);
  const words = Int32Array.from({ length: count }, (_, i) =>
    bytes.readInt32LE(Math.min(4 * i, bytes.length - 4)),
  );
  return { length: bytes.length, words };
}

/**
 * Whether all four bytes of the word stand for themselves inside a JSON string; see IS_PLAIN. Each term has the top bit of
 * a byte set if that byte is below 0x20, a quote, a backslash or 0x7f (the first such byte is found exactly, and one is
 * enough); the word itself where it is not ASCII.
 */
function isPlainWord(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const del = word ^ 0x7f7f7f7f;
  const control = (word - 0x20202020) & ~word;
  const isQuote = (quote - 0x01010101) & ~quote;
  const isBackslash = (backslash - 0x01010101) & ~backslash;
  const isDel = (del - 0x01010101) & ~del;
  return ((control | isQuote | isBackslash | isDel | word) & 0x80808080) === 0;
}

/** The {@link JsonKind} of the literal at `at`. */
function literalAt(view: DataView, at: number): number {
  switch (view.getInt32(at, true)) {
    case WORD_TRUE:
      return JsonKind.true;
    case WORD_FALS:
      return view.getUint8(at + 4) === LOWER_E ? JsonKind.false : JsonKind.absent;
    case WORD_NULL:
      return JsonKind.null;
    default:
      return JsonKind.absent;
  }
}

/** Position after the array at `at`, or -1 where it holds anything but strings, short integers, literals and arrays. */
function skipArray(bytes: Uint8Array, view: DataView, at: number, depth: number): number {
  if (depth === 0) return -1;
  let i = at + 1;
  if (bytes[i] === CLOSE_BRACKET) return i + 1;
  for (;;) {
    const first = bytes[i];
    if (first === QUOTE) {
      i++;
      while (IS_PLAIN[bytes[i]] === 1) i++;
      if (bytes[i++] !== QUOTE) return -1;
    } else if (first === OPEN_BRACKET) {
      i = skipArray(bytes, view, i, depth - 1);
      if (i < 0) return -1;
    } else if ((first ^ ZERO) <= 9) {
      i = readInteger(bytes, i, DISCARDED, 0);
      if (i < 0) return -1;
    } else {
      const kind = literalAt(view, i);
      if (kind === JsonKind.absent) return -1;
      i += kind === JsonKind.false ? 5 : 4;
    }
    const next = bytes[i++];
    if (next === COMMA) continue;
    return next === CLOSE_BRACKET ? i : -1;
  }
}

/** Numbers inside arrays are walked over, not kept. */
const DISCARDED = new Float64Array(1);
