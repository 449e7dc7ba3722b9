import { fixedPoint } from "./fixed-point.ts";
import { headerBytesFor, textFrame } from "./websocket-frame.ts";

/** How a number of a message is written. */
export interface NumberSlot {
  /** Its name in the message's pattern. */
  readonly name: string;
  /** Digits behind the point that the value counts: 12 with 1 decimal is 1.2. */
  readonly decimals: number;
  /** Digits behind the point that are written; zeros fill up. */
  readonly shownDecimals: number;
}

const DIGIT_0 = 0x30;
/** End of a slot that the pattern does not have. */
const ABSENT = -1;

/**
 * A WebSocket frame whose numbers are written over in place: as long as they keep their widths, the next message is
 * the same bytes with other digits.
 */
export class FrameTemplate {
  /** The whole frame, header included: what goes to the socket. */
  readonly bytes: Buffer;
  readonly #slots: readonly NumberSlot[];
  readonly #ends: Int32Array;
  readonly #shown: Float64Array;
  /** Values of a slot from `#from` and below `#below` are as wide as its sample. */
  readonly #from: Float64Array;
  readonly #below: Float64Array;

  /** `pattern` is the message with `<name>` in the place of each slot; `values` are in the order of `slots`. */
  constructor(pattern: string, slots: readonly NumberSlot[], values: Float64Array) {
    this.#slots = slots;
    this.#shown = values.slice();
    this.#ends = new Int32Array(slots.length).fill(ABSENT);
    const widths = slots.map(({ decimals }, slot) => wholeDigits(values[slot], decimals) + decimals);
    this.#from = Float64Array.from(slots, ({ decimals }, slot) =>
      widths[slot] === decimals + 1 ? 0 : 10 ** (widths[slot] - 1),
    );
    this.#below = Float64Array.from(widths, (width) => 10 ** width);
    let text = "";
    pattern.split(/<(\w+)>/).forEach((part, index) => {
      const slot = index % 2 === 1 ? slots.findIndex(({ name }) => name === part) : -1;
      text += slot < 0 ? part : fixedPoint(values[slot], slots[slot].decimals, slots[slot].shownDecimals);
      if (slot >= 0) this.#ends[slot] = text.length;
    });
    this.bytes = textFrame(Buffer.from(text, "latin1"));
    const headerBytes = headerBytesFor(text.length);
    this.#ends = this.#ends.map((end) => (end === ABSENT ? ABSENT : end + headerBytes));
  }

  /** Whether all values are as wide as those the template was made with. */
  fits(values: Float64Array): boolean {
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot];
      if (value >= this.#below[slot] || value < this.#from[slot]) return false;
    }
    return true;
  }

  /** Writes the values that differ from those written last. */
  write(values: Float64Array): void {
    const shown = this.#shown;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot];
      if (value === shown[slot]) continue;
      shown[slot] = value;
      const { decimals, shownDecimals } = this.#slots[slot];
      const end = this.#ends[slot];
      if (end !== ABSENT) writeNumber(this.bytes, end, value, decimals, shownDecimals);
    }
  }
}

/** Digits before the point, at least one. */
export function wholeDigits(value: number, decimals: number): number {
  return Math.max(1, String(value).length - decimals);
}

function writeNumber(
  bytes: Buffer,
  end: number,
  value: number,
  decimals: number,
  shownDecimals: number,
): void {
  let at = end - (shownDecimals - decimals);
  if (decimals === 0) {
    writeDigits(bytes, shownDecimals === 0 ? end : at - 1, value, 1);
    return;
  }
  const scale = SCALES[decimals];
  const whole = Math.floor(value / scale);
  at = writeDigits(bytes, at, value - whole * scale, decimals);
  writeDigits(bytes, at - 1, whole, 1);
}

const SCALES = Array.from({ length: 16 }, (_, decimals) => 10 ** decimals);

/** Writes the digits of a whole number so that they end before `end`, at least `minDigits`; returns where they start. */
function writeDigits(bytes: Buffer, end: number, value: number, minDigits: number): number {
  let at = end;
  // Numbers above 31 bits are split first: the digits themselves are cheapest in 32-bit integers.
  if (value > 0x7fffffff) {
    const upper = Math.floor(value / 1e9);
    at = writeDigits(bytes, end, value - upper * 1e9, 9);
    return writeDigits(bytes, at, upper, 1);
  }
  const least = end - minDigits;
  let small = value | 0;
  do {
    const shorter = (small / 10) | 0;
    bytes[--at] = DIGIT_0 + (small - shorter * 10);
    small = shorter;
  } while (small > 0 || at > least);
  return at;
}
