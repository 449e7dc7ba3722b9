import { TapeError } from "../../../errors.ts";
import { SymbolTable } from "../../market/symbol-table.ts";
import { WireField } from "../wire-record.ts";
import { TapeReader } from "./tape-reader.ts";
import type { Decoder, FeedSink } from "../feed.ts";
import type { Venue } from "../venue.ts";

/** Symbols that a tape has trades of. */
export interface TradedSymbols {
  /** In the venue's spelling, in code-unit order. */
  readonly symbols: readonly string[];
  /** Lines that were read. */
  readonly lines: number;
  /** Why the tape could not be read to its end; what came before is in `symbols`. */
  readonly failure: TapeError | undefined;
}

/** How a search for symbols is watched and stopped. */
export interface TradedSymbolsOptions {
  readonly signal?: AbortSignal;
  /** Called between pieces of the file with the lines read so far. */
  readonly onProgress?: (lines: number) => void;
}

/**
 * Reads a tape once to find what was traded in it, for who was not told. Reads as fast as the venue's decoder: only
 * messages of symbols that the decoder does not know yet are looked at closer.
 *
 * @throws the signal's reason when it aborts.
 */
export async function tradedSymbols(
  files: string | readonly string[],
  venue: Venue,
  { signal, onProgress }: TradedSymbolsOptions = {},
): Promise<TradedSymbols> {
  const search = new SymbolSearch(venue);
  let lines = 0;
  let failure: TapeError | undefined;
  try {
    for await (const batch of new TapeReader(files).batches()) {
      signal?.throwIfAborted();
      for (; batch.next(); lines++) search.look(batch.receivedAt, batch.message);
      onProgress?.(lines);
    }
  } catch (error) {
    if (!(error instanceof TapeError)) throw error;
    failure = error;
  }
  return { symbols: [...search.names].sort(), lines, failure };
}

/** Messages of new symbols that are worth a new decoder, at least. */
const MIN_MISSES = 64;

class SymbolSearch {
  readonly names = new Set<string>();
  readonly #venue: Venue;
  readonly #sink: FeedSink;
  #decoder: Decoder;
  #known = 0;
  /** Messages of symbols that the decoder does not know, since it was made. */
  #misses = 0;

  constructor(venue: Venue) {
    const ignore = () => {};
    this.#venue = venue;
    this.#sink = {
      onTrade: ignore,
      onQuote: ignore,
      onKline: ignore,
      onOther: ignore,
      onReply: ignore,
      onShutdownNotice: ignore,
      onRejected: (reason, message) => {
        if (reason === "unknownSymbol") this.#learn(message);
      },
    };
    this.#decoder = venue.createDecoder(new SymbolTable([]), this.#sink);
  }

  look(receivedAt: number, message: Uint8Array): void {
    this.#decoder.record.fields[WireField.receivedAt] = receivedAt;
    this.#decoder.decode(message);
    // A decoder takes time in proportion to its symbols to make, so more of them must have been missed.
    if (this.#misses >= Math.max(MIN_MISSES, this.names.size) && this.names.size > this.#known)
      this.#renewDecoder();
  }

  #learn(message: Uint8Array): void {
    this.#misses++;
    const symbol = this.#venue.tradedSymbol?.(message);
    if (symbol !== undefined) this.names.add(symbol);
  }

  #renewDecoder(): void {
    this.#decoder = this.#venue.createDecoder(new SymbolTable([...this.names]), this.#sink);
    this.#known = this.names.size;
    this.#misses = 0;
  }
}
