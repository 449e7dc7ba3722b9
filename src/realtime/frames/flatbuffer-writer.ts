/** A number inside a table, little-endian, `bytes` wide. */
export interface Scalar {
  readonly bytes: 1 | 2 | 4 | 8;
  /** An integer, at most 2^31 - 1. */
  readonly value: number;
  readonly mark: Mark | undefined;
}

/** Remembers where a value was written, so that it can be patched later. */
export interface Mark {
  at: number;
}

/** Writes an object behind everything written before it, and returns where it begins. */
export type Part = (out: FlatbufferWriter) => number;

/** A table; `undefined` leaves a field at its default. Fields stand in the order of their ids. */
export function table(...fields: readonly (Scalar | Part | undefined)[]): Part {
  return (out) => out.table(fields);
}

export function scalar(bytes: Scalar["bytes"], value: number, mark?: Mark): Scalar {
  return { bytes, value, mark };
}

export function text(value: string): Part {
  return (out) => out.text(value);
}

/** A vector of tables or strings. */
export function vector(items: readonly Part[]): Part {
  return (out) => out.vector(items);
}

/** A vector of structs made of 8-byte fields, all zero. `first` marks the first struct. */
export function structs(count: number, bytesEach: number, first: Mark): Part {
  return (out) => out.structs(count, bytesEach, first);
}

/** The bytes of a FlatBuffer, which must come to lie at a multiple of 8. */
export function flatbuffer(root: Part): Uint8Array {
  return new FlatbufferWriter().finish(root);
}

/**
 * The few shapes of a FlatBuffer that Arrow's metadata is made of. Parents are written before their children, so
 * positions are final at once; a table lies at a multiple of 8, so that its 8-byte fields do too.
 */
class FlatbufferWriter {
  #view = new DataView(new ArrayBuffer(1_024));
  #end = 0;

  finish(root: Part): Uint8Array {
    this.#reserve(4, 8);
    this.#link(0, root);
    return new Uint8Array(this.#view.buffer, 0, this.#end);
  }

  table(fields: readonly (Scalar | Part | undefined)[]): number {
    const vtableBytes = 4 + 2 * fields.length;
    const offsets = inlineOffsets(fields);
    const tableBytes = offsets.end;
    const vtable = this.#reserve(vtableBytes, 2);
    const at = this.#reserve(tableBytes, 8);
    this.#view.setUint16(vtable, vtableBytes, true);
    this.#view.setUint16(vtable + 2, tableBytes, true);
    this.#view.setInt32(at, at - vtable, true);
    fields.forEach((field, i) => {
      if (field === undefined) return;
      this.#view.setUint16(vtable + 4 + 2 * i, offsets.of[i], true);
      if (typeof field === "function") this.#link(at + offsets.of[i], field);
      else this.#writeScalar(at + offsets.of[i], field);
    });
    return at;
  }

  text(value: string): number {
    const bytes = new TextEncoder().encode(value);
    const at = this.#reserve(4 + bytes.length + 1, 4);
    this.#view.setUint32(at, bytes.length, true);
    new Uint8Array(this.#view.buffer).set(bytes, at + 4);
    return at;
  }

  vector(items: readonly Part[]): number {
    const at = this.#reserve(4 + 4 * items.length, 4);
    this.#view.setUint32(at, items.length, true);
    items.forEach((item, i) => this.#link(at + 4 + 4 * i, item));
    return at;
  }

  structs(count: number, bytesEach: number, first: Mark): number {
    // The count lies just before the structs, and they lie at a multiple of 8.
    const at = this.#reserve(8 + count * bytesEach, 8) + 4;
    this.#view.setUint32(at, count, true);
    first.at = at + 4;
    return at;
  }

  /** Writes `part`, and at `at` how far behind it lies. */
  #link(at: number, part: Part): void {
    const target = part(this);
    this.#view.setUint32(at, target - at, true);
  }

  #writeScalar(at: number, { bytes, value, mark }: Scalar): void {
    // What is wider than 4 bytes was zeroed when it was reserved.
    if (bytes === 1) this.#view.setInt8(at, value);
    else if (bytes === 2) this.#view.setInt16(at, value, true);
    else this.#view.setInt32(at, value, true);
    if (mark) mark.at = at;
  }

  /** Takes zeroed bytes behind what is written, from the next multiple of `alignment` on. */
  #reserve(bytes: number, alignment: number): number {
    const at = alignUp(this.#end, alignment);
    this.#end = at + bytes;
    if (this.#end > this.#view.byteLength) {
      const grown = new Uint8Array(2 * this.#end);
      grown.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Where each field of a table lies from its start, each at a multiple of its own width. */
function inlineOffsets(fields: readonly (Scalar | Part | undefined)[]): { of: number[]; end: number } {
  const OFFSET_BYTES = 4;
  let end = OFFSET_BYTES;
  const of = fields.map((field) => {
    if (field === undefined) return 0;
    const bytes = typeof field === "function" ? OFFSET_BYTES : field.bytes;
    const at = alignUp(end, bytes);
    end = at + bytes;
    return at;
  });
  return { of, end };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
