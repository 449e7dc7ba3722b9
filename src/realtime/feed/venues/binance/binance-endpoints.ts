/** Where a venue of Binance is reached. */
export interface BinanceEndpoints {
  /** Scheme and host of the streams, as `wss://stream.binance.com:9443`; a path before `/stream` is kept. */
  readonly ws?: string;
  /** The same for quotes, where they are served apart. @defaultValue `ws` where that is given, else the venue's own */
  readonly wsQuotes?: string;
  /** Scheme and host of the REST interface, as `https://api.binance.com`. */
  readonly rest?: string;
}

/** @throws RangeError when one of them is no address of its scheme. */
export function resolveEndpoints(
  venueOwn: Required<BinanceEndpoints>,
  { ws, wsQuotes, rest }: BinanceEndpoints,
): Required<BinanceEndpoints> {
  return {
    ws: checkAddress("endpoints.ws", ws ?? venueOwn.ws, ["ws:", "wss:"]),
    wsQuotes: checkAddress("endpoints.wsQuotes", wsQuotes ?? ws ?? venueOwn.wsQuotes, ["ws:", "wss:"]),
    rest: checkAddress("endpoints.rest", rest ?? venueOwn.rest, ["http:", "https:"]),
  };
}

/** The address without a slash at its end. */
function checkAddress(name: string, text: string, schemes: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.includes(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new RangeError(
      `${name} must be an address with ${schemes.join(" or ")} and no query, was "${text}"`,
    );
  }
  return text.replace(/\/+$/, "");
}
