/** The venue refuses a request: the HTTP status, its own code, and its words. */
export class RestRefusal extends Error {
  override readonly name = "RestRefusal";
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Parameters of a request, read with the venue's own complaints. */
export class RestQuery {
  readonly #params: URLSearchParams;

  constructor(params: URLSearchParams) {
    this.#params = params;
  }

  text(name: string): string | undefined {
    return this.#params.get(name) ?? undefined;
  }

  /** @throws RestRefusal -1102 when it was not sent. */
  mandatory(name: string): string {
    const value = this.#params.get(name);
    if (!value) {
      throw new RestRefusal(
        400,
        -1102,
        `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
      );
    }
    return value;
  }

  /** @throws RestRefusal -1100 when it is no whole number. */
  whole(name: string): number | undefined {
    const value = this.#params.get(name);
    if (value === null) return undefined;
    if (!/^\d{1,16}$/.test(value)) {
      throw new RestRefusal(
        400,
        -1100,
        `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`,
      );
    }
    return Number(value);
  }

  /** The page length: at least 1; above `most` it is cut to it. @throws RestRefusal -1130 when it is 0. */
  limit(usual: number, most: number): number {
    const limit = this.whole("limit") ?? usual;
    if (limit < 1) throw new RestRefusal(400, -1130, "Data sent for parameter 'limit' is not valid.");
    return Math.min(limit, most);
  }
}
