import { asciiBytes } from "./json-walker.ts";
import type { SymbolTable } from "../market/symbol-table.ts";

/** Finds a symbol's index from the bytes of its name, without making a string of them. */
export class SymbolLookup {
  readonly #names: readonly Uint8Array[];
  /** Open addressing: index + 1 of the name, 0 where free. At most a quarter is taken, so that probes stay short. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** Names beyond ASCII are left out: a message that carries one is read as text, and looked up by text. */
  constructor(symbols: SymbolTable) {
    this.#names = symbols.names.map((name) => (isAscii(name) ? asciiBytes(name) : new Uint8Array(0)));
    let size = 16;
    while (size < 4 * symbols.size) size *= 2;
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    this.#names.forEach((name, index) => {
      if (name.length === 0) return;
      let slot = hash(name, 0, name.length) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = index + 1;
    });
  }

  /** The index of the symbol whose name lies from `start` to `end`; -1 where there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let slot = hash(bytes, start, end) & this.#mask;
    for (;;) {
      const index = this.#slots[slot] - 1;
      if (index < 0) return -1;
      const name = this.#names[index];
      if (name.length === length) {
        let i = 0;
        while (i < length && bytes[start + i] === name[i]) i++;
        if (i === length) return index;
      }
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** Of the first letters and of those before the quote asset, in which names differ; a collision costs a comparison. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 6) return length === 0 ? 0 : 31 * bytes[start] + bytes[end - 1];
  const value =
    bytes[start] +
    31 * bytes[start + 1] +
    961 * bytes[start + 2] +
    29_791 * bytes[end - 5] +
    923_521 * bytes[end - 6] +
    length;
  return value ^ (value >>> 10);
}

function isAscii(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}
