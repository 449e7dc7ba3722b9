import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who may ask a metrics endpoint. */
export interface MetricsAccess {
  /** Host names a request may be sent to, in lower case and without a port. */
  readonly hosts: ReadonlySet<string>;
  readonly token: string | undefined;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];
const SHORTEST_TOKEN = 16;

/** Throws where `host` is open to others and there is no `token` to keep them out. */
export function resolveAccess(
  host: string,
  { token, allowedHosts = [] }: { readonly token?: string; readonly allowedHosts?: readonly string[] },
): MetricsAccess {
  if (token !== undefined && token.length < SHORTEST_TOKEN)
    throw new RangeError(`token must have at least ${SHORTEST_TOKEN} characters, had ${token.length}`);
  if (token === undefined && !isLoopback(host))
    throw new RangeError(`host "${host}" is open to other machines, which needs a token`);
  const hosts = [...LOOPBACK_NAMES, host, ...allowedHosts].map((name) => name.toLowerCase());
  return { hosts: new Set(hosts), token };
}

/** `undefined` for a request that may be answered. */
export function refusalOf(
  { method, headers }: Pick<IncomingMessage, "method" | "headers">,
  { hosts, token }: MetricsAccess,
): Refusal | undefined {
  // A page whose own name was made to point here would be able to read the answer.
  const host = hostName(headers.host);
  if (!hosts.has(host))
    return { status: 421, reason: `host "${host}" is not served here: add it to allowedHosts` };
  if (token !== undefined && !isSame(headers.authorization ?? "", `Bearer ${token}`))
    return { status: 401, reason: "a token is needed", headers: { "www-authenticate": "Bearer" } };
  if (method !== "GET") return { status: 405, reason: `${method} is not served`, headers: { allow: "GET" } };
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Without the port, and without the brackets of an IPv6 address. */
function hostName(header = ""): string {
  return header
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}

/** In the same time wherever they differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
