import type { IncomingMessage } from "node:http";
import { VenueConnectionError } from "../../errors.ts";

/** Most characters of a venue's text that an error message repeats. */
const MAX_FOREIGN_CHARS = 200;

const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ENOTFOUND: "host not found",
  EAI_AGAIN: "host name could not be looked up",
  ETIMEDOUT: "timed out",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
};

/** An address as it may be shown: what lies in the query, the fragment or the user part may be a secret. */
export function shownAddress(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A text the venue chose, safe to print: quoted, control characters escaped, cut to a bounded length. */
export function quoted(foreignText: string): string {
  const isLong = foreignText.length > MAX_FOREIGN_CHARS;
  const text = JSON.stringify(isLong ? `${foreignText.slice(0, MAX_FOREIGN_CHARS)}…` : foreignText);
  return text.replace(/[\u007f-\u009f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

/** Before the connection was open. */
export function connectFailure(address: string, cause: Error): VenueConnectionError {
  return new VenueConnectionError(`cannot connect to ${address}: ${describe(cause)}`, { cause });
}

/** While it was open: the socket broke, or the venue sent what is no WebSocket frame. */
export function connectionFailure(address: string, cause: Error, maxBytes: number): VenueConnectionError {
  const isOversize = codeOf(cause) === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  const what = isOversize ? `a message is larger than the limit of ${maxBytes} bytes` : describe(cause);
  return new VenueConnectionError(`connection to ${address} failed: ${what}`, { cause });
}

export function handshakeTimeout(address: string, timeoutMs: number): VenueConnectionError {
  return new VenueConnectionError(
    `cannot connect to ${address}: no WebSocket upgrade within ${timeoutMs} ms`,
  );
}

/** An HTTP answer in place of the upgrade. */
export function upgradeRefusal(address: string, response: IncomingMessage): VenueConnectionError {
  const { statusCode = 0, statusMessage, headers } = response;
  const status = statusMessage ? `${statusCode} ${quoted(statusMessage)}` : `${statusCode}`;
  const redirect = statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
  return new VenueConnectionError(
    `${address} answered HTTP ${status} instead of a WebSocket upgrade` +
      (redirect ? "; redirects are not followed" : ""),
  );
}

/** The venue ended the connection. */
export function closedByVenue(address: string, code: number, reason: Buffer): VenueConnectionError {
  if (code === 1006)
    return new VenueConnectionError(`connection to ${address} was lost without a close frame`);
  const text = reason.length > 0 ? ` and reason ${quoted(reason.toString())}` : "";
  const how = code === 1005 ? "without a code" : `with code ${code}`;
  return new VenueConnectionError(`${address} closed the connection ${how}${text}`);
}

function describe(cause: Error): string {
  const code = codeOf(cause);
  const meaning = code === undefined ? undefined : MEANINGS[code];
  if (meaning !== undefined) return `${meaning} (${code})`;
  return cause.message || code || cause.name;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : undefined;
}
