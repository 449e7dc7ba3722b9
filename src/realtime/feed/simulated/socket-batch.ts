import type { Duplex } from "node:stream";

const CHUNK_BYTES = 131_072;
/** Chunks kept for reuse; more than this were only needed while the client lagged. */
const MAX_SPARE_CHUNKS = 16;

/** Gathers frames and writes them to the socket in large pieces, through buffers that are used again. */
export class SocketBatch {
  readonly #socket: Duplex;
  readonly #spare: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Bytes that the client has not taken from the process yet. */
  get unsentBytes(): number {
    return this.#used + this.#socket.writableLength;
  }

  add(frame: Buffer): void {
    if (this.#used + frame.length > CHUNK_BYTES) {
      this.flush();
      if (frame.length > CHUNK_BYTES) {
        this.#write(Buffer.from(frame));
        return;
      }
    }
    this.#chunk.set(frame, this.#used);
    this.#used += frame.length;
  }

  flush(): void {
    if (this.#used === 0) return;
    const bytes = this.#chunk.subarray(0, this.#used);
    if (this.#used < CHUNK_BYTES / 2) {
      // Handing a mostly empty chunk over would pin it for a few bytes while the client lags.
      this.#write(Buffer.from(bytes));
    } else {
      const chunk = this.#chunk;
      this.#write(bytes, () => {
        if (this.#spare.length < MAX_SPARE_CHUNKS) this.#spare.push(chunk);
      });
      this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    }
    this.#used = 0;
  }

  #write(bytes: Buffer, done?: () => void): void {
    if (this.#socket.writable) this.#socket.write(bytes, done);
  }
}
