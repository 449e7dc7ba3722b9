/** Every error tickframe throws on purpose. Callers branch on `code`, never on the text. */
export class TickframeError extends Error {
  override readonly name: string = "TickframeError";
  /** The kind of error, such as `VENUE_CONNECTION` or `LOCK_TIMEOUT`; stays the same when the text changes. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A venue id that names no venue. */
export class UnknownVenueError extends TickframeError {
  override readonly name = "UnknownVenueError";
  constructor(venue: string, known: readonly string[]) {
    super("UNKNOWN_VENUE", `unknown venue "${venue}"; known venues are ${known.join(", ")}`);
  }
}

/** A symbol the venue, the manager or the tape does not have. */
export class UnknownSymbolError extends TickframeError {
  override readonly name = "UnknownSymbolError";
  /** As it was asked for. */
  readonly symbol: string;
  constructor(symbol: string, where: string, options?: ErrorOptions) {
    super("UNKNOWN_SYMBOL", `unknown symbol "${symbol}" at ${where}`, options);
    this.symbol = symbol;
  }
}

/** A timeframe that cannot be parsed, or that the manager was not opened with. */
export class UnknownTimeframeError extends TickframeError {
  override readonly name = "UnknownTimeframeError";
  constructor(timeframe: string, hint: string) {
    super("UNKNOWN_TIMEFRAME", `unknown timeframe "${timeframe}"; ${hint}`);
  }
}

/** The venue could not be reached, or answered what its protocol does not allow. */
export class VenueConnectionError extends TickframeError {
  override readonly name = "VenueConnectionError";
  constructor(message: string, options?: ErrorOptions) {
    super("VENUE_CONNECTION", message, options);
  }
}

/** The venue refused a request: a subscription, or a REST call. */
export class VenueRequestError extends TickframeError {
  override readonly name = "VenueRequestError";
  /** HTTP status of a refused REST call. */
  readonly status: number | undefined;
  constructor(message: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super("VENUE_REQUEST", message, options);
    this.status = status;
  }
}

/** A tape that cannot be opened, is cut short, or holds a line that is not `<arrival ns> <message>`. */
export class TapeError extends TickframeError {
  override readonly name = "TapeError";
  constructor(message: string, options?: ErrorOptions) {
    super("TAPE", message, options);
  }
}

/** Something was used after it was closed. */
export class ClosedError extends TickframeError {
  override readonly name = "ClosedError";
  constructor(what: string) {
    super("CLOSED", `${what} is closed`);
  }
}
