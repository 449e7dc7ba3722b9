import type { MessageFault } from "./message-faults.ts";

/** What may happen to the connections that are open at that moment. */
export type ConnectionFault =
  /** The line is cut without a word. */
  | { readonly kind: "drop" }
  /** The venue closes with a code: 1000, 1001, 1008, 1011 or another that a close frame may carry. */
  | { readonly kind: "close"; readonly code: number; readonly reason?: string }
  /** Nothing is sent any more, but pings of the client are answered. Ends after `forMs`, if given, or by `heal()`. */
  | { readonly kind: "mute"; readonly forMs?: number }
  /** Nothing is sent, read or answered: the line is half open. Ends as `mute` does. */
  | { readonly kind: "freeze"; readonly forMs?: number }
  /** A `serverShutdown` event announces a restart. */
  | { readonly kind: "shutdownNotice" }
  /** The connection has reached the age of 24 hours. */
  | { readonly kind: "expire" };

/** What may happen to the next connections and subscriptions. */
export type AdmissionFault =
  /** The next connections are answered by an HTTP status. @defaultValue 503, once */
  | { readonly kind: "refuseConnection"; readonly status?: number; readonly times?: number }
  /** The next subscriptions are refused with an error. @defaultValue code 2, once */
  | {
      readonly kind: "refuseSubscription";
      readonly code?: number;
      readonly message?: string;
      readonly times?: number;
    }
  /** The next subscriptions are neither answered nor granted. @defaultValue once */
  | { readonly kind: "ignoreSubscription"; readonly times?: number };

interface RestFaultScope {
  /** Only requests to this endpoint, such as `klines`. @defaultValue every request */
  readonly endpoint?: string;
  /** How many requests. @defaultValue 1 */
  readonly times?: number;
}

/** What may happen to the next REST requests. */
export type RestFault = RestFaultScope &
  (
    | {
        readonly kind: "restStatus";
        readonly status: number;
        /** The `Retry-After` header, in seconds. */
        readonly retryAfterS?: number;
        /** The venue's own code in the body. @defaultValue -1003 for 429 and 418, else -1000 */
        readonly code?: number;
      }
    /** The head is sent at once, the body `ms` later. */
    | { readonly kind: "restSlow"; readonly ms: number }
    /** The answer knows nothing of the last `ms`. */
    | { readonly kind: "restStale"; readonly ms: number }
    /** The line is cut in the middle of the body. */
    | { readonly kind: "restCut" }
  );

/** Something that can be ordered to go wrong at a simulated venue. */
export type Fault = MessageFault | ConnectionFault | AdmissionFault | RestFault;

/** @throws RangeError when a count, a time or a code of the fault is out of bounds. */
export function checkFault(fault: Fault): void {
  if ("messages" in fault) atLeast(fault.kind, "messages", fault.messages, 1);
  if ("window" in fault) atLeast(fault.kind, "window", fault.window, 2);
  if ("times" in fault && fault.times !== undefined) atLeast(fault.kind, "times", fault.times, 1);
  if ("ms" in fault) atLeast(fault.kind, "ms", fault.ms, 0);
  if ("forMs" in fault && fault.forMs !== undefined) atLeast(fault.kind, "forMs", fault.forMs, 0);
  if ("status" in fault && fault.status !== undefined) atLeast(fault.kind, "status", fault.status, 400);
  if (fault.kind === "close" && !isCloseCode(fault.code)) {
    throw new RangeError(
      `close code must be one that a frame may carry (1000 to 1014, 3000 to 4999), was ${fault.code}`,
    );
  }
}

/** 1004 to 1006 are never sent. */
function isCloseCode(code: number): boolean {
  return (
    (code >= 1_000 && code <= 1_014 && !(code >= 1_004 && code <= 1_006)) || (code >= 3_000 && code <= 4_999)
  );
}

function atLeast(kind: string, name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least)) {
    throw new RangeError(`${name} of fault "${kind}" must be a whole number from ${least}, was ${value}`);
  }
}
